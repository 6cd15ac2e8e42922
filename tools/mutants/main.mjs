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
/** Modules whose rules are about figures, which the simulation shows. */
const LIMITER = ["limiter", "permits", "refusals", "token_bucket", "tokens", "trial"].map(
  (name) => `policy/src/jobs/${name}.rs`,
);
/** The other modules that decide. */
const OTHERS = [
  ...["base/http_date.rs", "base/redact.rs", "base/timestamp.rs", "call/*.rs", "http/response.rs"],
  ...["http/retry.rs", "jobs/*.rs", "options/*.rs", "relay/*.rs"],
].map((file) => `policy/src/${file}`);
/** A mutant may make a test run for ever. The tests take some 4 s, with the simulation 20. */
const TEST_LIMIT_S = 120;

await main(async () => {
  const env = await rustEnvironment();
  await ensureCargoMutants(env);
  const given = process.argv.slice(2);
  const file = given.includes("--file") && given[given.indexOf("--file") + 1];
  const found = { caught: [], missed: [], timeout: [] };
  for (const { name, args, skipped } of [
    {
      name: "limiter",
      args: LIMITER.flatMap((file) => ["--file", file]),
      skipped: ["structure"],
    },
    {
      name: "others",
      args: [
        ...OTHERS.flatMap((file) => ["--file", file]),
        ...LIMITER.flatMap((file) => ["--exclude", file]),
      ],
      skipped: ["structure", "simulation"],
    },
  ]) {
    if (file && LIMITER.includes(file) !== (name === "limiter")) continue;
    const lines = await mutate(env, {
      output: name,
      args: [...(file ? [] : args), ...given],
      skipped,
    });
    for (const [verdict, some] of Object.entries(lines)) found[verdict].push(...some);
  }
  const accepted = readLines(join(ROOT, "tools/mutants/accepted.txt"));
  const { text, fails } = summary(judge(found, accepted, { isWhole: given.length === 0 }));
  console.log(`\n${text}`);
  if (fails) process.exitCode = 1;
});

/** Runs cargo-mutants: its lines of each verdict. */
async function mutate(env, { output, args, skipped }) {
  const folder = join(OUTPUT, output);
  const all = [
    // The tests are a package of their own.
    ...["mutants", "--package", "delete-message-batch-policy", "--test-package", "policy-tests"],
    ...["--config", join(ROOT, "tools/mutants/mutants.toml"), "--output", folder],
    ...["--jobs", "1", "--timeout", `${TEST_LIMIT_S}`, "--no-shuffle", "--colors", "never"],
    ...args,
    // What follows the first `--` is for cargo test, what follows the second for its tests.
    ...["--", "--", ...skipped.flatMap((name) => ["--skip", name])],
  ];
  const { code } = await execute(join(FOLDER, "bin/cargo-mutants"), all, {
    // Fewer cases of chance: the tables find most. Without debug information it links faster.
    env: { ...env, FUZZ_CASES: "64", CARGO_PROFILE_DEV_DEBUG: "0" },
    onText: (text) => process.stdout.write(text),
  });
  // 0: all were noticed. 2: some survived. 3: some ran out of time.
  if (![0, 2, 3].includes(code)) throw new Stop(`cargo-mutants ended with exit code ${code}`);
  const lines = (name) => readLines(join(folder, "mutants.out", `${name}.txt`));
  return { caught: lines("caught"), missed: lines("missed"), timeout: lines("timeout") };
}

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
