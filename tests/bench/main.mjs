// `npm run bench`: every figure, as a table, as docs/bench.json, in the docs and in docs/bench.svg.
// `npm run bench -- size cpu` measures only these parts.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { build } from "../../tools/build/main.mjs";
import { ROOT } from "../../tools/shared/run.mjs";
import { main, Stop } from "../../tools/shared/say.mjs";
import { ensureChromium } from "../../tools/test/chromium.mjs";
import { writePicture } from "./plot.mjs";
import { writeFigures } from "./write-table.mjs";

const PARTS = ["size", "cpu", "cold", "throughput", "memory", "bulk", "faults", "spell", "growth"];
const FILE = join(ROOT, "docs/bench.json");
const RAW = join(ROOT, ".bench");

await main(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((part) => !PARTS.includes(part));
  if (unknown.length > 0) {
    throw new Stop(`There is no part ${unknown.join(", ")}. The parts are: ${PARTS.join(", ")}`);
  }
  const chosen = wanted.length > 0 ? wanted : PARTS;
  await build();
  if (chosen.includes("cpu")) await ensureChromium();
  const kept = existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : { parts: {} };
  mkdirSync(RAW, { recursive: true });
  for (const part of chosen) {
    const started = performance.now();
    // Imported only now: some parts import the package, which the build makes.
    const { measure } = await import(`./${part}.mjs`);
    const { data, ...table } = await measure();
    print(table, (performance.now() - started) / 1_000);
    kept.parts[part] = { ...table, data };
    writeFileSync(join(RAW, `${part}-${Date.now()}.json`), JSON.stringify(data, null, 2));
  }
  kept.machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  kept.parts = Object.fromEntries(
    PARTS.filter((part) => kept.parts[part]).map((part) => [part, kept.parts[part]]),
  );
  writeFileSync(FILE, `${JSON.stringify(kept, null, 2)}\n`);
  writeFigures();
  writePicture();
});

function print({ title, unit, columns, rows, goal, notes = [] }, seconds) {
  const lines = [["", ...columns], ...rows.map(({ name, cells }) => [name, ...cells])];
  const widths = lines[0].map((_, index) => Math.max(...lines.map((line) => line[index].length)));
  console.log(`\n${title} (${unit})`);
  for (const [name, ...cells] of lines) {
    const shown = cells.map((cell, index) => cell.padStart(widths[index + 1]));
    console.log(`  ${[name.padEnd(widths[0]), ...shown].join("  ")}`);
  }
  for (const note of notes) console.log(`  ${note}`);
  console.log(`  goal: ${goal} (measured in ${seconds.toFixed(0)} s)`);
}
