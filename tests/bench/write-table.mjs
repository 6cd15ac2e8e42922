// Writes the tables of docs/performance.md, and the sizes in README.md, from docs/bench.json.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../tools/shared/run.mjs";

const FILE = join(ROOT, "docs/performance.md");
const { parts, machine } = JSON.parse(readFileSync(join(ROOT, "docs/bench.json"), "utf8"));

const tables = Object.values(parts).map(({ title, unit, columns, rows, goal }) =>
  [
    `**${title}** (${unit}; goal: ${goal})`,
    "",
    `| | ${columns.join(" | ")} |`,
    `|---|${columns.map(() => "---:").join("|")}|`,
    ...rows.map(({ name, cells }) => `| ${name} | ${cells.join(" | ")} |`),
  ].join("\n"),
);
const from = `Measured with Node ${machine.node.slice(1)} on ${machine.cores} cores.`;
const text = readFileSync(FILE, "utf8").replace(
  /(<!-- figures:.*?-->\n)[\s\S]*?(<!-- \/figures -->)/,
  (_, begin, end) => `${begin}${[from, ...tables].join("\n\n")}\n${end}`,
);
writeFileSync(FILE, text);

/** The name of an entry in the bench, by what a script imports. */
const ENTRIES = {
  "delete-message-batch": "default entry",
  "delete-message-batch/url": "url entry",
  "delete-message-batch/core": "core, default entry",
  "delete-message-batch/core/url": "core, url entry",
};

const README = join(ROOT, "README.md");
let readme = readFileSync(README, "utf8");
for (const [imported, name] of Object.entries(ENTRIES)) {
  const kilobytes = (parts.size.data[name] / 1_000).toFixed(0);
  readme = readme.replace(
    new RegExp(`^(\\| \`${imported}\` \\|.*\\| )\\d+ KB \\|$`, "m"),
    (_, row) => `${row}${kilobytes} KB |`,
  );
}
writeFileSync(README, readme);
