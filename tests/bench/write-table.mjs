// Writes the figures of docs/bench.json into the docs: `node tests/bench/write-table.mjs`. `npm run bench` runs it.
// tests/tools/figures.test.mjs fails if a page has other figures.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../../tools/shared/run.mjs";

/** The pages that hold figures. */
export const PAGES = ["README.md", "docs/browser.md", "docs/performance.md", "pkg/README.md"];

/** The name of an entry in the bench, by the path that a script imports. */
const ENTRIES = {
  "delete-message-batch": "default entry",
  "delete-message-batch/url": "url entry",
  "delete-message-batch/core": "core, default entry",
  "delete-message-batch/core/url": "core, url entry",
};

/** Returns a page with the figures of this bench. */
export function withFigures(page, { parts, machine }) {
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
  const filled = fill(fill(page, "figures", [from, ...tables].join("\n\n")), "speed", speed(parts));
  return Object.entries(ENTRIES).reduce(
    (text, [imported, name]) =>
      text.replace(
        new RegExp(`^(\\| \`${imported}\` \\|.*\\| )\\d+ KB \\|$`, "m"),
        (_, row) => `${row}${kilobytes(parts, name)} |`,
      ),
    filled,
  );
}

const fill = (page, name, content) =>
  page.replace(
    new RegExp(`(<!-- ${name}:.*?-->\\n)[\\s\\S]*?(<!-- /${name} -->)`),
    (_, begin, end) => `${begin}${content}\n${end}`,
  );

const kilobytes = ({ size }, name) => `${(size.data[name] / 1_000).toFixed(0)} KB`;

/** Returns the short table of the README. */
function speed(parts) {
  const [cpu, cold, { ours, sdk }] = [
    parts.cpu.data["Node 24"],
    parts.cold.data,
    parts.throughput.data["16"],
  ];
  const share = ({ median }) => median.toFixed(2);
  return [
    "| | this package | `/core` | official SDK |",
    "|---|---:|---:|---:|",
    `| transfer, after brotli | ${kilobytes(parts, "default entry")} | ${kilobytes(parts, "core, default entry")} | ${kilobytes(parts, "official SDK")} |`,
    `| CPU that one delete adds to \`fetch\`, in Node 24 (SDK = 1) | ${share(cpu.share)} | ${share(cpu.coreShare)} | 1 |`,
    `| cold start in Node (bare \`fetch\` = 1) | ${share(cold.ours.share)} | ${share(cold["./core"].share)} | ${share(cold["SDK as installed"].share)} |`,
    `| deletes a second, 16 at once (bare \`fetch\` = 1) | ${share(ours)} | | ${share(sdk)} |`,
  ].join("\n");
}

export function writeFigures() {
  const bench = JSON.parse(readFileSync(join(ROOT, "docs/bench.json"), "utf8"));
  for (const page of PAGES) {
    const path = join(ROOT, page);
    writeFileSync(path, withFigures(readFileSync(path, "utf8"), bench));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writeFigures();
