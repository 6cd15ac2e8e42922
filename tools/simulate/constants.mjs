// Switches off the constants of the limiter, one after the other, in a copy of the project, and runs the
// test that has to fail without it.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { execute, ROOT } from "../shared/run.mjs";
import { Stop, step } from "../shared/say.mjs";
import { CONSTANTS, FOLDER } from "./constants-table.mjs";

const COPY = join(ROOT, "target/constants");
/** The files of the native tests. `target/` stays from run to run. */
const PARTS = [
  ".cargo",
  "src",
  "policy",
  "examples/rust",
  "tests/client",
  "tests/options",
  "tests/policy",
  "tests/emulator",
  "Cargo.toml",
  "Cargo.lock",
];
/** A limiter that never ends must not hang the run. */
const LIMIT_MS = 120_000;

/** Fails unless each test passes as the limiter is, and fails without the constant. */
export async function tryConstants(names) {
  const unknown = names.filter((name) => !CONSTANTS.some((row) => row.name === name));
  if (unknown.length > 0) throw new Stop(`no such constant: ${unknown.join(", ")}`);
  const rows = CONSTANTS.filter((row) => names.length === 0 || names.includes(row.name));
  mkdirSync(COPY, { recursive: true });
  for (const part of PARTS) {
    rmSync(join(COPY, part), { recursive: true, force: true });
    cpSync(join(ROOT, part), join(COPY, part), { recursive: true });
  }
  await unchanged(rows);
  const survivors = [];
  for (const row of rows) {
    const done = step(`${row.name} = ${row.off}: ${row.test}`);
    const path = join(COPY, FOLDER, row.file);
    const source = readFileSync(path, "utf8");
    writeFileSync(path, without(source, row));
    const fails = await fail(row.test, row.seeds);
    writeFileSync(path, source);
    done(fails ? "fails, as it must" : "PASSES");
    if (!fails) survivors.push(row.name);
  }
  if (survivors.length > 0) throw new Stop(`no test needs ${survivors.join(", ")}`);
}

/** Returns the source with the other value of the one such constant. */
function without(source, { name, off, file }) {
  const constant = new RegExp(`(const ${name}: [^=]+ = )[^;]+;`, "g");
  const { length } = [...source.matchAll(constant)];
  if (length !== 1) throw new Stop(`${file} has ${length} constants ${name}`);
  return source.replace(constant, `$1${off};`);
}

/** Checks that each test passes without a change. */
async function unchanged(rows) {
  const done = step("the limiter as it is");
  const tests = new Map(rows.map(({ test, seeds = 1 }) => [`${test} ${seeds}`, { test, seeds }]));
  for (const { test, seeds } of tests.values()) {
    if (await fail(test, seeds)) throw new Stop(`${test} fails as it is, with ${seeds} seeds`);
  }
  done("passes");
}

/** Returns whether a test fails, or takes too long. A copy that does not compile, or a name that no test has, is an error. */
async function fail(test, seeds = 1) {
  const built = await cargo(["--no-run"]);
  if (built.code !== 0) throw new Stop(built.output.slice(-4000));
  const { code, signal, output } = await cargo(["--", test], { seeds, limitMs: LIMIT_MS });
  if (signal !== null) return true;
  const count = /test result: .* (\d+) passed; (\d+) failed/.exec(output);
  if (!count || count[1] + count[2] === "00") throw new Stop(output.slice(-4000));
  return code !== 0;
}

function cargo(args, { seeds = 1, limitMs } = {}) {
  const tests = ["--package", "policy-tests", "--test", "policy"];
  return execute("cargo", ["test", "--locked", ...tests, ...args], {
    cwd: COPY,
    env: {
      ...process.env,
      SEEDS: `${seeds}`,
      CARGO_TARGET_DIR: join(COPY, "target"),
      CARGO_PROFILE_DEV_OPT_LEVEL: "1",
      CARGO_PROFILE_DEV_DEBUG: "0",
    },
    limitMs,
  });
}
