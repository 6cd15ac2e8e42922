// `npm run simulate`: a job's limiter in virtual time, beside a plain pool; `npm run simulate -- 200` for
// so many seeds.

import { spawnSync } from "node:child_process";
import process from "node:process";
import { ROOT } from "../shared/run.mjs";

const seeds = process.argv[2] ?? "5";
const features = ["--no-default-features", "--features", "jobs,relay"];
const { status } = spawnSync(
  "cargo",
  [
    ...["test", "--locked", "--release", ...features, "--test", "policy", "simulation"],
    ...["--", "--nocapture", "--test-threads", "1"],
  ],
  { cwd: ROOT, stdio: "inherit", env: { ...process.env, SEEDS: seeds } },
);
process.exitCode = status ?? 1;
