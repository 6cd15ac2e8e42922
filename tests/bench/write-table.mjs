// Writes the table of docs/performance.md from docs/bench.json.

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
