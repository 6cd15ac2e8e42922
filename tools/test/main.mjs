// `npm test`: sets up the missing programs, runs every step, and prints how many tests each ran.
// `npm test -- node deno` runs only the named steps; LANES=1 runs one after the other.
// `npm test -- --changed` runs the steps that the changed files can break.
// `npm run test:nightly` also runs the steps and files that take long.

import { availableParallelism } from "node:os";
import { inspect, parseArgs } from "node:util";
import { ensureEmulator } from "../../tests/runtimes/emulator.mjs";
import { build } from "../build/main.mjs";
import { main, Stop } from "../shared/say.mjs";
import { changedFiles, stepsOf } from "./changed.mjs";
import { schedule } from "./schedule.mjs";
import { steps } from "./steps.mjs";

/** More side by side would wait for one another: each runs several processes of its own. */
const MOST_LANES = 2;

await main(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      seeds: { type: "string" },
      nightly: { type: "boolean" },
      changed: { type: "boolean" },
    },
  });
  if (values.nightly) process.env.NIGHTLY = "1";
  const chosen = values.changed
    ? await chooseChanged(positionals, values.nightly)
    : choose(positionals, values.nightly);
  if (chosen.length === 0) return;
  if (values.seeds !== undefined) process.env.SEEDS = values.seeds;
  const needsEmulator = chosen.some(({ ensure }) => ensure?.includes(ensureEmulator));
  // Beside the wasm, as in `npm start`: most steps need it, and lint would keep cargo's lock from it. A step that
  // needs it has the error.
  const [env] = await Promise.all([build(), needsEmulator && ensureEmulator().catch(() => {})]);
  const ready = ensureAll(chosen);

  const lanes = Number(process.env.LANES) || Math.min(MOST_LANES, availableParallelism());
  const results = new Map();
  const started = performance.now();
  await schedule(
    chosen,
    lanes,
    async (step) => results.set(step, await runStep(step, env, ready)),
    ({ ensure = [] }) => Promise.allSettled(ensure.map((one) => ready.get(one))),
  );
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

function choose(names, isNightly) {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    const known = steps.map(({ name }) => name).join(", ");
    throw new Stop(`There is no step ${unknown.join(", ")}. The steps are: ${known}`);
  }
  if (names.length > 0) return steps.filter(({ name }) => names.includes(name));
  return isNightly ? steps : steps.filter((step) => !step.isNightly);
}

async function chooseChanged(names, isNightly) {
  if (names.length > 0) throw new Stop("--changed chooses the steps: name none beside it.");
  const files = await changedFiles();
  const chosen = stepsOf(files, choose([], isNightly));
  const count = files.length === 1 ? "1 file has" : `${files.length} files have`;
  console.log(
    `• ${count} changed: ${chosen.map(({ name }) => name).join(" ") || "no step to run"}`,
  );
  return chosen;
}

/**
 * Installs the programs that steps need, one after the other, beside the steps that need none: a missing one
 * shows at once. Returns a promise for each; a step whose program is missing fails, and the others run.
 */
function ensureAll(chosen) {
  const ready = new Map();
  let last = Promise.resolve();
  for (const ensure of new Set(chosen.flatMap(({ ensure }) => ensure ?? []))) {
    const installed = last.then(ensure);
    installed.catch((error) => console.log(`\n${error.message}`));
    ready.set(ensure, installed);
    last = installed.catch(() => {});
  }
  return ready;
}

/** Runs a step, and catches its failure: one that fails must not hide the others. */
async function runStep({ name, title, ensure = [], run }, env, ready) {
  // Printed first, so that a run that is cut off shows its step.
  console.log(`▸ ${name}`);
  const started = performance.now();
  let counts;
  try {
    for (const one of ensure) await ready.get(one);
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
