// `npm test`: sets up the missing programs, runs every step, and prints how many tests each ran.
// `npm test -- node deno` runs only the named steps; LANES=1 runs one after the other.

import { availableParallelism } from "node:os";
import { inspect, parseArgs } from "node:util";
import { build } from "../build/main.mjs";
import { main, Stop } from "../shared/say.mjs";
import { schedule } from "./schedule.mjs";
import { steps } from "./steps.mjs";

/** More side by side would wait for one another: each runs several processes of its own. */
const MOST_LANES = 2;

await main(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { seeds: { type: "string" } },
  });
  const chosen = choose(positionals);
  if (values.seeds !== undefined) process.env.SEEDS = values.seeds;
  const env = await build();
  const missing = await ensureAll(chosen);

  const lanes = Number(process.env.LANES) || Math.min(MOST_LANES, availableParallelism());
  const results = new Map();
  const started = performance.now();
  await schedule(chosen, lanes, async (step) => {
    results.set(step, await runStep(step, env, missing));
  });
  const seconds = (performance.now() - started) / 1_000;
  const rows = chosen.map((step) => results.get(step));
  printTable(rows);
  const total = (column) => rows.reduce((sum, row) => sum + row[column], 0);
  if (rows.some(({ failed }) => failed > 0)) process.exitCode = 1;
  const side = lanes > 1 ? `, ${lanes} steps side by side` : "";
  console.log(
    `${total("passed")} passed, ${total("failed")} failed (${seconds.toFixed(1)} s${side})`,
  );
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
 * Installs the programs that steps need, before any runs, so that a missing one does not show
 * only after half the tests. Resolves with the failures; the other steps can run.
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

/** Runs a step, and catches its failure: one that fails must not hide the others. */
async function runStep({ name, title, ensure = [], run }, env, missing) {
  // Printed first, so that a run that is cut off shows its step.
  console.log(`▸ ${name}`);
  const started = performance.now();
  let counts;
  try {
    const lacking = ensure.find((one) => missing.has(one));
    if (lacking) throw missing.get(lacking);
    counts = await run(env);
  } catch (error) {
    const output = error instanceof Stop ? error.message : inspect(error);
    counts = { passed: 0, failed: 1, output };
  }
  // A step that found nothing to run has lost its tests.
  if (counts.passed + counts.failed === 0) {
    counts.output += "no test ran";
    counts.failed = 1;
  }
  const { passed, failed, output } = counts;
  const seconds = (performance.now() - started) / 1000;
  // At once, so that the lines of steps that run side by side do not mix.
  console.log(
    [
      `\n── ${name}: ${title}`,
      ...(output ? [output] : []),
      `   ${passed} passed, ${failed} failed (${seconds.toFixed(1)} s)`,
    ].join("\n"),
  );
  return { name, passed, failed, seconds };
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
