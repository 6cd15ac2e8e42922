// `npm run mutants`: changes the deciding modules in one way after the other, and runs the tests of the
// policy and of the options on each. It fails on a change that no test notices and `accepted.txt` does not name.
// `-- --file policy/src/http/retry.rs` and `-- --shard 0/8` are handed on to cargo-mutants.

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { execute, ROOT } from "../shared/run.mjs";
import { rustEnvironment } from "../shared/rust.mjs";
import { main, Stop } from "../shared/say.mjs";
import { cargoTool } from "../test/cargo-tool.mjs";
import { judge, summary } from "./judge.mjs";

const VERSION = "27.1.0";
const OUTPUT = join(ROOT, ".tools/mutants");
/** The modules that decide. */
const MODULES = [
  ...["base/http_date.rs", "base/redact.rs", "base/timestamp.rs", "call/*.rs", "http/response.rs"],
  ...["http/retry.rs", "jobs/*.rs", "options/*.rs", "relay/*.rs"],
]
  .map((file) => `policy/src/${file}`)
  .concat("src/options/*.rs");
/** The modules whose rules are about figures: the simulation tests them. */
const LIMITER = ["api_bucket", "limiter", "permit_queue", "rate_estimator", "token_counter"].map(
  (name) => `policy/src/jobs/${name}.rs`,
);
/** A mutant may make a test endless. The tests take some 2 s, with the simulation 10. */
const LIMITS_S = { all: 30, simulated: 120 };

const isOfLimiter = (line) => LIMITER.some((file) => line.startsWith(`${file}:`));

const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

function partition(lines, isMeant) {
  return [lines.filter(isMeant), lines.filter((line) => !isMeant(line))];
}

await main(async () => {
  const env = await rustEnvironment();
  const given = process.argv.slice(2);
  const files = (names) => names.flatMap((name) => ["--file", name]);
  const found = await mutate(env, {
    output: "all",
    args: [...(given.includes("--file") ? [] : files(MODULES)), ...given],
    skipped: ["structure", "simulation"],
  });
  const [simulated, missed] = partition(found.missed, isOfLimiter);
  if (simulated.length > 0) {
    console.log(`\n${simulated.length} of the limiter survive: these again, with the simulation`);
    const names = simulated.flatMap((line) => ["--re", `^${escaped(line)}$`]);
    const again = await mutate(env, {
      output: "simulated",
      args: [...files(LIMITER), ...names],
      skipped: ["structure"],
    });
    // It also changes some mutants that `--re` does not name.
    const isMeant = (line) => simulated.includes(line);
    found.caught.push(...again.caught.filter(isMeant));
    found.timeout.push(...again.timeout.filter(isMeant));
    found.missed = [...missed, ...again.missed.filter(isMeant)];
  }
  const accepted = readLines(join(ROOT, "tools/mutants/accepted.txt"));
  const { text, fails } = summary(judge(found, accepted, { isWhole: given.length === 0 }));
  console.log(`\n${text}`);
  if (fails) process.exitCode = 1;
});

/** Runs cargo-mutants; resolves with its lines of each verdict. */
async function mutate(env, { output, args, skipped }) {
  const folder = join(OUTPUT, output);
  mkdirSync(OUTPUT, { recursive: true });
  const all = [
    // The tests are packages of their own.
    ...["mutants", "--package", "delete-message-batch-policy", "--package", "delete-message-batch"],
    ...["--test-package", "policy-tests", "--test-package", "options-tests"],
    ...["--config", join(ROOT, "tools/mutants/mutants.toml"), "--output", folder],
    ...[
      "--jobs",
      `${availableParallelism()}`,
      "--timeout",
      `${LIMITS_S[output]}`,
      "--no-shuffle",
      "--colors",
      "never",
    ],
    ...args,
    // The arguments after the first `--` are for cargo test, the ones after the second for its tests.
    ...["--", "--", ...skipped.flatMap((name) => ["--skip", name])],
  ];
  const command = await cargoTool("cargo-mutants", VERSION, env, "--locked");
  const { code } = await execute(command, all, {
    // Fewer random cases, because the tables notice most mutants. Without debug information it links faster.
    env: { ...env, FUZZ_CASES: "64", CARGO_PROFILE_DEV_DEBUG: "0" },
    onText: (text) => process.stdout.write(text),
  });
  // 0: all were noticed. 2: some survived. 3: some ran out of time.
  if (![0, 2, 3].includes(code)) throw new Stop(`cargo-mutants ended with exit code ${code}`);
  const lines = (name) => readLines(join(folder, "mutants.out", `${name}.txt`));
  return { caught: lines("caught"), missed: lines("missed"), timeout: lines("timeout") };
}

function readLines(path) {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").split("\n").filter(Boolean);
}
