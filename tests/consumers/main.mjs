// `npm run test:consumers`: the packed tarball in throw-away projects of the tools that people use, each of
// which deletes a batch from the emulator. It writes docs/consumers.md. `-- NAME…` runs the rows whose
// names contain one of these, and writes nothing; `-- --fresh` installs the tools again.

import { rmSync } from "node:fs";
import { build } from "../../tools/build/main.mjs";
import { main, Stop } from "../../tools/shared/say.mjs";
import { pack } from "../packaging/projects.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { FOLDER } from "./install.mjs";
import { groups } from "./rows/index.mjs";
import { runRow } from "./run-row.mjs";
import { writeTable } from "./table.mjs";

const names = process.argv.slice(2).filter((argument) => argument !== "--fresh");
const isNamed = ({ name }) =>
  names.length === 0 || names.some((part) => name.toLowerCase().includes(part.toLowerCase()));

await main(async () => {
  if (process.argv.includes("--fresh")) rmSync(FOLDER, { recursive: true, force: true });
  const chosen = groups
    .map(({ title, rows }) => ({ title, rows: rows.filter(isNamed) }))
    .filter(({ rows }) => rows.length > 0);
  if (chosen.length === 0) throw new Stop(`no row has a name with ${names.join(" or ")}`);
  await build();
  const packed = await pack();
  const emulator = await startEmulator();
  try {
    const results = await runGroups(chosen, { packed, emulator });
    const failed = results.flatMap(({ rows }) => rows).filter(({ failure }) => failure);
    if (names.length === 0) writeTable(results);
    if (failed.length > 0) {
      throw new Stop(`${failed.length} failed: ${failed.map(({ name }) => name).join(", ")}`);
    }
  } finally {
    await emulator.stop();
    await packed.remove();
  }
});

/** One row at a time: some of them use every core. */
async function runGroups(chosen, parts) {
  const results = [];
  for (const { title, rows } of chosen) {
    console.log(`\n── ${title}`);
    const outcomes = [];
    for (const row of rows) outcomes.push(await runAndPrint(row, parts));
    results.push({ title, rows: outcomes });
  }
  return results;
}

async function runAndPrint(row, parts) {
  const started = performance.now();
  const outcome = await runRow(row, parts);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const sign = outcome.failure ? "✗" : row.limitation ? "~" : "✓";
  console.log(`${sign} ${row.name}: ${outcome.versions} (${seconds} s) ${outcome.remark ?? ""}`);
  if (outcome.failure) console.log(outcome.failure.replaceAll(/^/gm, "    "));
  return outcome;
}
