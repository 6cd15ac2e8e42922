// `npm run mutants`: changes the deciding modules in one way after the other, and runs the policy's tests
// on each. It fails on a change that no test notices and `accepted.txt` does not name.
// `-- --file policy/src/http/retry.rs` and `-- --shard 0/8` are handed on to cargo-mutants.

import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { execute, ROOT, run } from "../shared/run.mjs";
import { rustEnvironment } from "../shared/rust.mjs";
import { main, Stop, step } from "../shared/say.mjs";
import { judge, summary } from "./judge.mjs";

const VERSION = "27.1.0";
const FOLDER = join(ROOT, ".tools", `cargo-mutants-${VERSION}`);
const OUTPUT = join(ROOT, ".tools/mutants");
/** The modules that decide. */
const FILES = [
  ...["base/http_date.rs", "base/redact.rs", "base/timestamp.rs", "call/*.rs", "http/response.rs"],
  ...["http/retry.rs", "jobs/*.rs", "options/*.rs", "relay/*.rs"],
].map((file) => `policy/src/${file}`);
/** A mutant may make a test run for ever. The tests take some 15 s, without the simulation. */
const TEST_LIMIT_S = 120;

await main(async () => {
  const env = await rustEnvironment();
  await ensureCargoMutants(env);
  const given = process.argv.slice(2);
  const args = [
    // The tests are a package of their own.
    ...["mutants", "--package", "delete-message-batch-policy", "--test-package", "policy-tests"],
    ...["--config", join(ROOT, "tools/mutants/mutants.toml"), "--output", OUTPUT],
    ...["--jobs", "1", "--timeout", `${TEST_LIMIT_S}`, "--no-shuffle", "--colors", "never"],
    ...(given.includes("--file") ? [] : FILES.flatMap((file) => ["--file", file])),
    ...given,
  ];
  const { code } = await execute(join(FOLDER, "bin/cargo-mutants"), args, {
    // Fewer cases of chance: the tables find most. Without debug information it links faster.
    env: { ...env, FUZZ_CASES: "64", CARGO_PROFILE_DEV_DEBUG: "0" },
    onText: (text) => process.stdout.write(text),
  });
  // 0: all were noticed. 2: some survived. 3: some ran out of time.
  if (![0, 2, 3].includes(code)) throw new Stop(`cargo-mutants ended with exit code ${code}`);
  const lines = (name) => readLines(join(OUTPUT, "mutants.out", `${name}.txt`));
  const found = {
    caught: lines("caught"),
    missed: lines("missed"),
    timeout: lines("timeout"),
  };
  const accepted = readLines(join(ROOT, "tools/mutants/accepted.txt"));
  const { text, fails } = summary(judge(found, accepted, { isWhole: given.length === 0 }));
  console.log(`\n${text}`);
  if (fails) process.exitCode = 1;
});

async function ensureCargoMutants(env) {
  if (existsSync(join(FOLDER, "bin/cargo-mutants"))) return;
  const done = step(`compiling cargo-mutants ${VERSION}, once (some minutes)`);
  const args = ["install", "cargo-mutants", "--version", `=${VERSION}`, "--root", FOLDER];
  // From outside the project, so that its profiles and rust-toolchain.toml play no part.
  await run("cargo", [...args, "--locked", "--quiet"], { cwd: homedir(), env });
  done();
}

function readLines(path) {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").split("\n").filter(Boolean);
}
