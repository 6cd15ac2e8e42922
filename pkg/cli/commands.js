// The one table of commands and options: for the parser, the help, the completion, the errors and docs/cli.md.

export const NAME = "delete-message-batch";

/** The rule for a time, in the help and in errors. */
const TIME =
  "an age such as 30d (s, m, h, d, w), a date such as 2026-10-01 (its beginning, UTC), or a time with its zone such as 2026-10-01T00:00:00Z";

const JOBS = ["delete", "cancel"];
const DELETIONS = ["delete", "purge"];
const LISTS = ["purge", "list"];
const REQUESTS = ["delete", "purge", "list", "cancel"];

/**
 * Each option by its name. `of` lists its commands, if not all have it; `value` names its value, or lists the
 * values, and is absent for a flag; `option` is its name in the library; `must` is the rule in the error about a value.
 */
export const OPTIONS = {
  file: { of: JOBS, value: "FILE", help: 'Read ids from FILE, one a line; "-" is stdin.' },
  "created-before": {
    ...{ of: LISTS, value: "TIME", option: "createdBefore", must: TIME },
    help: `Only batches created before TIME: ${TIME}.`,
  },
  "ended-before": {
    ...{ of: LISTS, value: "TIME", option: "endedBefore", must: TIME },
    help: "Only batches that ended before TIME.",
  },
  status: {
    ...{ of: LISTS, value: ["in_progress", "canceling", "ended"], option: "status" },
    help: "Only batches with this processing status.",
  },
  limit: {
    ...{ of: LISTS, value: "N", isNumber: true, option: "limit" },
    help: "At most N batches.",
  },
  all: { of: ["purge"], help: "Select every batch. Required if no other option selects." },
  "dry-run": {
    ...{ of: ["purge"], short: "n" },
    help: "List the ids that would be deleted, and delete nothing.",
  },
  yes: {
    ...{ of: ["purge"], short: "y" },
    help: "Don't ask. Required if stdin or stderr is not a terminal.",
  },
  "if-processing": {
    ...{ of: DELETIONS, value: ["reject", "wait", "cancel"], option: "ifProcessing" },
    help: "How to handle a batch that has not ended: count it as failed, wait until it has ended, or cancel it; the last two then delete it.",
    initial: "reject",
  },
  resume: {
    ...{ of: DELETIONS, value: "FILE" },
    help: "Keep a journal of outcomes in FILE. The same command with the same FILE resumes.",
  },
  concurrency: {
    ...{ of: [...DELETIONS, "cancel"], value: "N", isNumber: true, option: "concurrency" },
    help: "Requests at the same time, from 1 to 256.",
    initial: "8",
  },
  ids: { of: ["list"], help: "Write only the ids, one a line." },
  json: {
    of: REQUESTS,
    help: "Write JSON lines to stdout: each batch of a list; each outcome of a job, and the report as the last line.",
  },
  "key-file": {
    ...{ of: REQUESTS, value: "FILE", option: "apiKey" },
    help: "Read the API key from FILE instead of the environment.",
  },
  "base-url": {
    ...{ of: REQUESTS, value: "URL", option: "baseURL", env: "ANTHROPIC_BASE_URL" },
    help: "The URL of the API.",
    initial: "the API's own",
  },
  workspace: {
    ...{ of: REQUESTS, value: "ID", option: "workspaceId" },
    help: "The workspace, if the credential belongs to more than one.",
  },
  beta: {
    ...{ of: REQUESTS, value: "FLAG", multiple: true, option: "betas" },
    help: "Send this beta flag. May be given more than once.",
  },
  "max-retries": {
    ...{ of: REQUESTS, value: "N", isNumber: true, option: "maxRetries" },
    help: "Retries of one request after its first attempt.",
    initial: "2",
  },
  timeout: {
    ...{ of: REQUESTS, value: "SECONDS", isNumber: true, option: "timeout" },
    help: "The most seconds of one attempt.",
    initial: "60",
  },
  verbose: { of: REQUESTS, short: "v", help: "Write each attempt to stderr." },
  quiet: {
    ...{ of: REQUESTS, short: "q" },
    help: "Write only results and errors: no progress, no notes, no summary.",
  },
  "no-color": { env: "NO_COLOR", help: "Write no colors." },
  help: { short: "h", help: "Show the help." },
  version: { short: "V", help: "Show the version." },
};

/** Returns the names of a command's options. */
export const optionsOf = (command) =>
  Object.keys(OPTIONS).filter((name) => OPTIONS[name].of?.includes(command) ?? true);

/** Returns an option's value for the help: its name, or the values. */
export const placeholderOf = ({ value }) => (Array.isArray(value) ? value.join("|") : value);

export const ENVIRONMENT = [
  ["ANTHROPIC_API_KEY", "The API key. A key is never an argument."],
  ["ANTHROPIC_AUTH_TOKEN", "A bearer token, if there is no key."],
  ["ANTHROPIC_BASE_URL", "The URL of the API; --base-url takes precedence."],
  ["NO_COLOR", "If it is not empty: no colors."],
];

/** Each command by its name. In an example, %s is the name of the whole command. */
export const COMMANDS = {
  delete: {
    summary: "Delete batches by id.",
    usage: ["delete [options] ID…", "delete [options] -", "delete [options] --file FILE"],
    details: [
      'Ids come from the command line, from stdin ("-") or from a file: one a line. Blank lines and lines that begin with # are skipped.',
      "A batch that does not exist counts as missing, not as failed. A batch that has not ended fails, unless --if-processing is given.",
      "Ctrl-C sends no further request, waits for the responses in flight, and ends. A second Ctrl-C ends at once.",
    ],
    examples: [
      ["%s delete msgbatch_013Zva2CMHLNnXjNJJKqJ2EF", "One batch."],
      [
        "%s delete --file ids.txt --resume ids.journal",
        "Thousands; after Ctrl-C or a crash, run it again.",
      ],
      ["%s list --ids --status ended | %s delete -", "The output of another command."],
    ],
  },
  purge: {
    summary: "Delete old batches: list, show, ask, delete.",
    usage: ["purge [options] --created-before 30d", "purge [options] --all"],
    details: [
      "Shows the server, the workspace, the number of batches, the oldest and the newest, and asks. Then it deletes exactly these. All options that select must hold.",
      "A batch whose time can't be read is never deleted: it is reported, and the exit code is 1.",
    ],
    examples: [
      ["%s purge --created-before 30d", "Show, ask, delete."],
      ["%s purge --ended-before 4w --dry-run", "Only list the ids."],
      ["%s purge --ended-before 30d --yes --json", "In a script."],
    ],
  },
  list: {
    summary: "List batches, newest first.",
    usage: ["list [options]"],
    details: [
      "On a terminal a table: id, processing status, when created, when ended. Elsewhere the same without a header, separated by tabs.",
    ],
    examples: [
      ["%s list --limit 20", "The newest 20."],
      ["%s list --ended-before 30d --ids > ids.txt", "Ids for later."],
    ],
  },
  cancel: {
    summary: "Cancel batches that are in progress.",
    usage: ["cancel [options] ID…", "cancel [options] -", "cancel [options] --file FILE"],
    details: [
      "A batch that has ended or does not exist is not a failure.",
      "A canceled batch ends some time later, and can be deleted then. To do both: delete --if-processing cancel.",
    ],
    examples: [["%s cancel msgbatch_013Zva2CMHLNnXjNJJKqJ2EF", "One batch."]],
  },
  completion: {
    summary: "Print the completion script of a shell.",
    usage: ["completion bash|zsh|fish"],
    details: [],
    examples: [
      ['eval "$(%s completion bash)"', "In ~/.bashrc."],
      ["%s completion zsh > ~/.zfunc/_%s", "zsh, with ~/.zfunc in $fpath."],
      ["%s completion fish | source", "In ~/.config/fish/config.fish."],
    ],
  },
  help: {
    summary: "Show the help of all, or of one command.",
    usage: ["help [COMMAND]"],
    details: [],
    examples: [["%s help purge", "The help of purge."]],
  },
};
