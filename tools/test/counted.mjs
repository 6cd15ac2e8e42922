// Runs tests of each kind and returns `{ passed, failed, output }`: the output of failed tests, and the measured figures.

import { readdirSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { execute, ROOT } from "../shared/run.mjs";
import { ensureNode, LTS } from "./node-versions.mjs";
import { FAILURE } from "./reporter.mjs";

/** The limit of one step: several times its duration on two idle cores. */
const limitMs = () => (process.env.NIGHTLY ? 3_600_000 : 900_000);
/** The steps of cargo run one after the other, so on a fresh clone they are the longest way: they get a core first. */
const BELOW_CARGO = 4;
const REPORTER = join(ROOT, "tools/test/reporter.mjs");

/** Commands that either succeed or not: `{ name: [command, ...args] }`. */
export async function checks(env, commands) {
  const counts = { passed: 0, failed: 0, output: "" };
  for (const [name, [command, ...args]] of Object.entries(commands)) {
    const { code, output } = await execute(command, args, { env, limitMs: limitMs() });
    counts[code === 0 ? "passed" : "failed"] += 1;
    if (code !== 0) counts.output += `✗ ${name}\n${output}\n`;
  }
  return counts;
}

let node;

/** The Node that tests run in: the LTS, or on a platform without its package the one that runs this. */
function nodeForTests() {
  const isLts = process.versions.node.split(".")[0] === `${LTS}`;
  node ??= isLts ? Promise.resolve(process.execPath) : ensureNode(LTS);
  return node.then((path) => path ?? process.execPath);
}

/** Prints each failure when it happens, before the step ends. */
function failuresAtOnce() {
  let rest = "";
  let isFailure = false;
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      isFailure = line.startsWith(FAILURE) || (isFailure && /^( {4}|$)/.test(line));
      if (isFailure) console.log(line);
    }
  };
}

/** `cargo test` with these arguments. It has an output only if something failed. */
export async function rustTests(args, env) {
  const { code, output } = await execute("cargo", ["test", "--locked", ...args], {
    env,
    limitMs: limitMs(),
  });
  const counts = { ...countRust(output), output: code === 0 ? "" : output };
  // It did not compile, or it ended before it could count.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** Adds up the lines that end each run of a Rust test binary. */
export function countRust(output) {
  const counts = { passed: 0, failed: 0 };
  for (const [, passed, failed] of output.matchAll(
    /^test result: .*? (\d+) passed; (\d+) failed/gm,
  )) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
  }
  return counts;
}

/**
 * Runs the tests of files, or of every `*.test.mjs` of folders, with Node's test runner. `npm run test:nightly` also
 * runs every `*.nightly.mjs`, which take long.
 */
export const nodeTests = (...paths) => nodeTestsTogether(undefined, ...paths);

/** The same with that number of files at the same time: for tests that wait for most of their time. */
export async function nodeTestsTogether(count, ...paths) {
  const files = paths.flatMap((path) =>
    statSync(join(ROOT, path)).isDirectory()
      ? readdirSync(join(ROOT, path)).map((name) => join(path, name))
      : [path],
  );
  const isNightly = (file) => process.env.NIGHTLY && file.endsWith(".nightly.mjs");
  const tests = files.filter((file) => file.endsWith(".test.mjs") || isNightly(file));
  if (tests.length === 0) return { passed: 0, failed: 0, output: "" };
  const args = ["--test", `--test-reporter=${REPORTER}`, "--test-reporter-destination=stdout"];
  if (count) args.push(`--test-concurrency=${count}`);
  const node = await nodeForTests();
  // For `npm`, `npx` and the package's own command, whose first line asks for `node`.
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  const { code, stdout, output } = await execute(node, [...args, ...tests], {
    env,
    limitMs: limitMs(),
    nice: BELOW_CARGO,
    onText: failuresAtOnce(),
  });
  const found = /^#counts (.*)$/m.exec(stdout);
  if (!found) throw new Error(`Node's test runner ended with exit code ${code}:\n${output}`);
  // A failure was printed when it happened: its name is enough.
  const names = output.replace(found[0], "").replaceAll(/^( {4}.*)?\n/gm, "");
  const counts = { ...JSON.parse(found[1]), output: names.trim() };
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}
