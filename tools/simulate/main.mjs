// `npm run simulate`: a job's limiter in virtual time, beside a plain pool; `npm run simulate -- 200` for
// so many seeds. Draws docs/simulation.svg: requests over time with the first seed.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../shared/run.mjs";
import { draw } from "./plot.mjs";

const seeds = process.argv[2] ?? "5";
const tests = ["--package", "policy-tests", "--test", "policy"];
const { status, stdout } = spawnSync(
  "cargo",
  [
    ...["test", "--locked", "--release", ...tests, "simulation"],
    ...["--", "--nocapture", "--test-threads", "1"],
  ],
  {
    cwd: ROOT,
    stdio: ["inherit", "pipe", "inherit"],
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    env: { ...process.env, SEEDS: seeds, PLOT: "1" },
  },
);
const lines = stdout.split("\n").filter((line) => line !== "");
const plots = lines.filter((line) => line.startsWith("PLOT|"));
console.log(lines.filter((line) => !line.startsWith("PLOT|")).join("\n"));
if (plots.length > 0) writeFileSync(join(ROOT, "docs/simulation.svg"), draw(plots));
process.exitCode = status ?? 1;
