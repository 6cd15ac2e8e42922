// The output of `--help`.

import { COMMANDS } from "./commands.js";

const NAME = "delete-message-batch";
const WIDTH = 80;

/** The help of the whole command, or of one of its commands. `paint` marks the headings. */
export function help(command, paint) {
  return command ? helpOf(command, paint) : overview(paint);
}

/** A few lines, for a command line that is empty. */
export function shortHelp() {
  return [
    `Usage: ${NAME} <command> [options]`,
    `Commands: ${Object.keys(COMMANDS).join(", ")}.`,
    `More: ${NAME} --help`,
  ].join("\n");
}

function overview(paint) {
  const summaries = Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary]);
  return sections(paint, [
    [undefined, ["Delete Claude Message Batches: their prompts and their results."]],
    ["Usage", [`  ${NAME} <command> [options]`]],
    ["Commands", table(summaries)],
    [
      "Examples",
      ["delete", "purge"].flatMap((name) => examples(COMMANDS[name].examples.slice(0, 2))),
    ],
    [
      "Environment",
      table([
        ["ANTHROPIC_API_KEY", "The API key. A key is never an argument."],
        ["ANTHROPIC_AUTH_TOKEN", "A bearer token, where there is no key."],
        ["ANTHROPIC_BASE_URL", "Where the API is."],
        ["NO_COLOR", "No colors."],
      ]),
    ],
    ["Exit codes", exitCodes()],
    [
      undefined,
      [`${NAME} <command> --help explains a command. ${NAME} --version prints the version.`],
    ],
  ]);
}

function helpOf(command, paint) {
  const { summary, usage, options, details, examples: shown } = COMMANDS[command];
  const rows = Object.entries(options).map(([name, { short, value, help }]) => [
    `${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`,
    help,
  ]);
  return sections(paint, [
    [undefined, [summary]],
    ["Usage", usage.map((line) => `  ${NAME} ${line}`)],
    [undefined, details.flatMap((line) => wrap(line, WIDTH))],
    ["Options", table(rows)],
    ["Examples", examples(shown)],
    ["Exit codes", exitCodes()],
  ]);
}

function exitCodes() {
  return table([
    ["0", "All is done. Batches that were not there count as done."],
    ["1", "Some failed, or the question of a purge was not affirmed."],
    ["2", "The command line or the configuration can't be used. Nothing was sent."],
    ["3", "The job stopped early: a refused key, a spend limit, nothing but faults."],
    ["130", "Interrupted by Ctrl-C (143 by SIGTERM, 129 by SIGHUP)."],
  ]);
}

function examples(list) {
  return list.flatMap(([line, comment]) => [
    `  # ${comment}`,
    `  ${NAME} ${line.replace("%s", NAME)}`,
  ]);
}

function sections(paint, list) {
  return `${list
    .map(([title, lines]) => [...(title ? [paint("bold", title)] : []), ...lines].join("\n"))
    .join("\n\n")}\n`;
}

/** Two columns; where the first is too wide, the second begins on the next line. */
function table(rows) {
  const widths = rows.map(([left]) => left.length).filter((width) => width <= 22);
  const indent = Math.max(...widths) + 4;
  return rows.flatMap(([left, right]) => {
    const lines = wrap(right, WIDTH - indent);
    const head = `  ${left}`;
    const body = lines.map((line) => " ".repeat(indent) + line);
    if (head.length > indent - 2) return [head, ...body];
    return [head.padEnd(indent) + lines[0], ...body.slice(1)];
  });
}

function wrap(text, width) {
  const lines = [""];
  for (const part of text.split(" ")) {
    const line = lines.at(-1);
    if (line && line.length + 1 + part.length > width) lines.push(part);
    else lines[lines.length - 1] = line ? `${line} ${part}` : part;
  }
  return lines;
}
