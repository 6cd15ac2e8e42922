// The output of `--help`.

import { readFileSync } from "node:fs";
import { COMMANDS, ENVIRONMENT, NAME, OPTIONS, optionsOf, placeholderOf } from "./commands.js";
import { EXIT_CODES } from "./exit.js";

const WIDTH = 80;

/** The package's own manifest. */
export const manifest = () =>
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** Returns a few lines, for a command line that is empty. */
export const shortHelp = () =>
  [
    `Usage: ${NAME} <command> [options]`,
    `Commands: ${Object.keys(COMMANDS).join(", ")}`,
    `More: ${NAME} --help`,
  ].join("\n");

/** Returns the help of the whole command, or of one of its commands. `paint` marks the headings. */
export function help(command, paint) {
  const { summary, usage, details, examples } = COMMANDS[command] ?? {
    summary: "Delete Claude Message Batches: their prompts and their results.",
    usage: ["<command> [options]"],
    details: [`${NAME} <command> --help explains a command with its options.`],
    examples: ["delete", "purge"].flatMap((name) => COMMANDS[name].examples.slice(0, 2)),
  };
  const summaries = Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary]);
  const general = Object.keys(OPTIONS).filter((name) => !OPTIONS[name].of);
  const { url } = manifest().bugs ?? {};
  return sections(paint, [
    [undefined, [summary]],
    ["Examples", examples.flatMap(([line, comment]) => [`  # ${comment}`, `  ${named(line)}`])],
    ["Usage", usage.map((line) => `  ${NAME} ${line}`)],
    [undefined, details.flatMap((line) => wrap(line, WIDTH))],
    ...(command ? [] : [["Commands", table(summaries)]]),
    ["Options", table((command ? optionsOf(command) : general).map(optionRow))],
    ...(command ? [] : [["Environment", table(ENVIRONMENT)]]),
    ["Exit codes", table(EXIT_CODES)],
    ...(url ? [[undefined, [`Problems: ${url}`]]] : []),
  ]);
}

/** Returns an example with the name of the command. */
const named = (line) => line.replaceAll("%s", NAME);

function optionRow(name) {
  const { short } = OPTIONS[name];
  const value = placeholderOf(OPTIONS[name]);
  return [`${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`, meaningOf(name)];
}

/** Returns the description of an option, its default and its variable. */
export function meaningOf(name) {
  const { help, initial, env } = OPTIONS[name];
  const defaults = [...(env && initial ? [env] : []), ...(initial ? [initial] : [])].join(
    ", else ",
  );
  return `${help}${defaults && ` Default: ${defaults}.`}`;
}

function sections(paint, list) {
  return `${list
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [...(title ? [paint("bold", title)] : []), ...lines].join("\n"))
    .join("\n\n")}\n`;
}

/** Returns two columns; if the first is too wide, the second begins on the next line. */
function table(rows) {
  const widths = rows.map(([left]) => left.length).filter((width) => width <= 22);
  const indent = Math.max(...widths) + 4;
  return rows.flatMap(([left, right]) => {
    const lines = wrap(right, WIDTH - indent).map((line) => " ".repeat(indent) + line);
    const head = `  ${left}`;
    if (head.length > indent - 2) return [head, ...lines];
    return [head.padEnd(indent) + lines[0].slice(indent), ...lines.slice(1)];
  });
}

/** Breaks a sentence into lines. */
export function wrap(sentence, width) {
  const lines = [""];
  for (const part of sentence.split(" ")) {
    const line = lines.at(-1);
    if (line && line.length + 1 + part.length > width) lines.push(part);
    else lines[lines.length - 1] = line ? `${line} ${part}` : part;
  }
  return lines;
}
