// `npm test`: sets up the missing programs, runs every step, and prints how many tests each ran.
// `npm test -- node deno` runs only the named steps.

import { build } from "../build/main.mjs";
import { main, Stop } from "../shared/say.mjs";
import { steps } from "./steps.mjs";

await main(async () => {
  const chosen = choose(process.argv.slice(2));
  const env = await build();
  const missing = await ensureAll(chosen);

  const rows = [];
  const begun = new Map();
  for (const step of chosen) {
    // Those that run beside this one, on the other core; each is waited for at its own turn.
    for (const other of chosen) {
      if (other.beside === step.name) begun.set(other, runStep(other, env, missing));
    }
    rows.push(await (begun.get(step) ?? runStep(step, env, missing)));
  }
  printTable(rows);
  const total = (column) => rows.reduce((sum, row) => sum + row[column], 0);
  if (rows.some(({ failed }) => failed > 0)) process.exitCode = 1;
  console.log(`${total("passed")} passed, ${total("failed")} failed`);
});

function choose(names) {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    const known = steps.map(({ name }) => name).join(", ");
    throw new Stop(`There is no step ${unknown.join(", ")}. The steps are: ${known}`);
  }
  return names.length === 0 ? steps : steps.filter(({ name }) => names.includes(name));
}

/**
 * Installs the programs that steps need, before any runs: nobody should wait for half the tests to
 * learn that one is missing. Resolves with the failures; the other steps can run.
 */
async function ensureAll(chosen) {
  const missing = new Map();
  for (const ensure of new Set(chosen.flatMap(({ ensure }) => ensure ?? []))) {
    try {
      await ensure();
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      console.log(`\n${error.message}`);
      missing.set(ensure, error);
    }
  }
  return missing;
}

/** Runs a step to its end, whatever happens: one that fails must not hide the others. */
async function runStep({ name, title, beside, ensure, run }, env, missing) {
  console.log(`\n── ${name}: ${title}${beside ? ` (beside ${beside})` : ""}`);
  const started = performance.now();
  let counts;
  try {
    if (missing.has(ensure)) throw missing.get(ensure);
    counts = await run(env);
  } catch (error) {
    console.log(error instanceof Stop ? error.message : error);
    counts = { passed: 0, failed: 1 };
  }
  // A step that found nothing to run has lost its tests.
  if (counts.passed + counts.failed === 0) {
    console.log("no test ran");
    counts.failed = 1;
  }
  const seconds = (performance.now() - started) / 1000;
  const result = `${counts.passed} passed, ${counts.failed} failed (${seconds.toFixed(1)} s)`;
  console.log(`   ${beside ? `${name}: ` : ""}${result}`);
  return { name, ...counts, seconds };
}

function printTable(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length), 4);
  const line = (name, passed, failed, time) =>
    `${name.padEnd(width)}  ${passed.padStart(7)}  ${failed.padStart(7)}  ${time.padStart(8)}`;
  console.log(`\n${line("step", "passed", "failed", "time")}`);
  for (const { name, passed, failed, seconds } of rows) {
    console.log(line(name, `${passed}`, `${failed}`, `${seconds.toFixed(1)} s`));
  }
  console.log();
}
