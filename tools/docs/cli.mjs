// `npm run docs:cli`: writes the tables of docs/cli.md from the table of the command itself, pkg/cli/commands.js.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { COMMANDS, ENVIRONMENT, OPTIONS, placeholderOf } from "../../pkg/cli/commands.js";
import { EXIT_CODES } from "../../pkg/cli/exit.js";
import { meaningOf } from "../../pkg/cli/help.js";
import { ROOT } from "../shared/run.mjs";
import { Stop } from "../shared/say.mjs";

const PAGE = join(ROOT, "docs/cli.md");

const code = (text) => `\`${text.replaceAll("|", "\\|")}\``;
const table = (head, ...rows) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Returns the names of an option: `-n`, `--dry-run`. */
const names = (name, { short }) =>
  [
    ...(short ? [`-${short}`] : []),
    [`--${name}`, placeholderOf(OPTIONS[name])].filter(Boolean).join(" "),
  ]
    .map(code)
    .join(", ");

const PARTS = {
  commands: table(
    ["command", "does"],
    ...Object.values(COMMANDS).map(({ usage, summary }) => [usage.map(code).join(", "), summary]),
  ),
  options: table(
    ["option", "of", "meaning"],
    ...Object.entries(OPTIONS).map(([name, spec]) => [
      names(name, spec),
      spec.of?.join(", ") ?? "all",
      meaningOf(name),
    ]),
  ),
  "exit codes": table(["exit code", "meaning"], ...EXIT_CODES),
  environment: table(
    ["variable", "meaning"],
    ...ENVIRONMENT.map(([name, meaning]) => [code(name), meaning]),
  ),
};

/** Returns the page with its tables as they must be. */
export function written(page) {
  return Object.entries(PARTS).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- ${name}: npm run docs:cli -->`, `<!-- end of ${name} -->`];
    const pieces = text.split(begin).flatMap((piece) => piece.split(end));
    if (pieces.length !== 3) throw new Stop(`docs/cli.md has not one "${begin}" … "${end}"`);
    return `${pieces[0]}${begin}\n${part}\n${end}${pieces[2]}`;
  }, page);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  writeFileSync(PAGE, written(readFileSync(PAGE, "utf8")));
}
