// The commands and their options, for the parser and for the help.

const text = (value, help) => ({ type: "string", value, help });
const flag = (help) => ({ type: "boolean", help });

const CONNECTION = {
  "key-file": text("FILE", "Read the API key from FILE instead of the environment."),
  "base-url": text("URL", "Where the API is. Default: ANTHROPIC_BASE_URL, else the API's own."),
  beta: { ...text("FLAG", "Send this beta flag. May be given more than once."), multiple: true },
  "max-retries": {
    ...text("N", "Retries of one request after its first attempt. Default: 2."),
    integer: true,
  },
  timeout: {
    ...text("SECONDS", "How long one attempt may take. Default: 60."),
    integer: true,
  },
  workspace: text("ID", "The workspace, where the credential is not of one alone."),
};

const JSON_LINES = {
  json: flag("Write JSON to stdout: a line for each outcome, and the report as the last line."),
};

const HELP = { help: { ...flag("Show this help."), short: "h" } };

const CONCURRENCY = {
  concurrency: {
    ...text("N", "Requests at the same time, from 1 to 256. Default: 8."),
    integer: true,
  },
};

const DELETION = {
  ...CONCURRENCY,
  "if-processing": text(
    "reject|wait|cancel",
    "A batch that has not ended: count it as failed, wait until it has ended, or cancel it first. Default: reject.",
  ),
  resume: text(
    "FILE",
    "Keep a journal of outcomes in FILE. With the same FILE, the same command goes on where it was.",
  ),
};

const FROM_FILE = {
  file: text("FILE", "Read ids from FILE, one a line."),
};

const SELECTION = {
  "created-before": text(
    "TIME",
    "Only batches created before TIME: an age such as 30d (s, m, h, d, w), a date (2026-10-01: its beginning, UTC), or 2026-10-01T00:00:00Z.",
  ),
  "ended-before": text("TIME", "Only batches that ended before TIME."),
  status: text(
    "STATUS",
    "Only batches with this processing status: in_progress, canceling or ended.",
  ),
  limit: { ...text("N", "At most N batches."), integer: true },
};

/** `{ name: { summary, usage, takesIds, options, details, examples } }` */
export const COMMANDS = {
  delete: {
    summary: "Delete batches by id.",
    usage: ["delete [options] ID…", "delete [options] -", "delete [options] --file FILE"],
    takesIds: true,
    options: { ...FROM_FILE, ...DELETION, ...JSON_LINES, ...CONNECTION, ...HELP },
    details: [
      'Ids come from the command line, from stdin ("-") or from a file: one a line. Blank lines and lines that begin with # are skipped.',
      "A batch that is not there counts as missing, which is no failure. A batch that has not ended fails, unless --if-processing is given.",
      "Ctrl-C sends no further request, waits for those on their way, and ends. A second Ctrl-C ends at once.",
    ],
    examples: [
      ["delete msgbatch_013Zva2CMHLNnXjNJJKqJ2EF", "One batch."],
      [
        "delete --file ids.txt --resume ids.journal",
        "Thousands; after Ctrl-C or a crash, run it again.",
      ],
      ["list --status ended --ids | %s delete -", "The output of another command."],
    ],
  },
  purge: {
    summary: "Delete old batches: list, show, ask, delete.",
    usage: ["purge [options] --created-before 30d", "purge [options] --all"],
    takesIds: false,
    options: {
      ...SELECTION,
      all: flag("Every batch is meant: needed where no other option selects."),
      "dry-run": {
        ...flag("Show the batches that would be deleted, and delete nothing."),
        short: "n",
      },
      yes: { ...flag("Don't ask. Required where stdin is no terminal."), short: "y" },
      ...DELETION,
      ...JSON_LINES,
      ...CONNECTION,
      ...HELP,
    },
    details: [
      "Shows how many batches are selected, the oldest and the newest, and asks. Exactly those are then deleted. All options that select must hold.",
      "A batch whose time can't be read is never deleted: it is reported, and the exit code is 1.",
    ],
    examples: [
      ["purge --created-before 30d", "Show, ask, delete."],
      ["purge --ended-before 4w --dry-run", "Only show."],
      ["purge --ended-before 30d --yes --json", "In a script."],
    ],
  },
  list: {
    summary: "List batches, newest first.",
    usage: ["list [options]"],
    takesIds: false,
    options: {
      ...SELECTION,
      ids: flag("Only the ids, one a line."),
      json: flag("Each batch as the API sends it, one a line."),
      ...CONNECTION,
      ...HELP,
    },
    details: [
      "On a terminal a table: id, processing status, when created, when ended. Elsewhere the same without a header, separated by tabs.",
    ],
    examples: [
      ["list --limit 20", "The newest 20."],
      ["list --ended-before 30d --ids > ids.txt", "Ids for later."],
    ],
  },
  cancel: {
    summary: "Cancel batches that are in progress.",
    usage: ["cancel [options] ID…", "cancel [options] -", "cancel [options] --file FILE"],
    takesIds: true,
    options: { ...FROM_FILE, ...CONCURRENCY, ...JSON_LINES, ...CONNECTION, ...HELP },
    details: [
      "A batch that has ended or does not exist is not a failure.",
      "A canceled batch ends some time later, and can be deleted then. To do both: delete --if-processing cancel.",
    ],
    examples: [["cancel msgbatch_013Zva2CMHLNnXjNJJKqJ2EF", "One batch."]],
  },
};
