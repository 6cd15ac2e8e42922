// `npm run simulate`: a job's limiter in virtual time, beside a plain pool; `npm run simulate -- 200` for
// 200 seeds. Writes docs/simulation.md, the figures, and docs/simulation.svg, requests over time with the
// first seed. `npm run simulate -- --constants` switches off each constant of the limiter, one after the
// other, and fails if no test notices; names after it choose some.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { execute, ROOT } from "../shared/run.mjs";
import { main, Stop, step } from "../shared/say.mjs";
import { tryConstants } from "./constants.mjs";
import { draw } from "./plot.mjs";
import { read, table } from "./table.mjs";

const [first = "10", ...names] = process.argv.slice(2);

await main(() => (first === "--constants" ? tryConstants(names) : simulate(Number(first))));

async function simulate(seeds) {
  if (!Number.isInteger(seeds) || seeds < 1) throw new Stop(`${first} is not a number of seeds`);
  const done = step(`simulating ${seeds} seeds`);
  const tests = ["--package", "policy-tests", "--test", "policy"];
  const { code, stdout, output } = await execute(
    "cargo",
    [...["test", "--locked", "--release", ...tests, "simulation"], ...["--", "--nocapture"]],
    { env: { ...process.env, SEEDS: `${seeds}`, PLOT: "1" } },
  );
  const lines = stdout.split("\n");
  const scenarios = read(lines.filter((line) => line.startsWith("RUN|")));
  if (scenarios.length === 0) throw new Stop(output.slice(-8000));
  const text = table(scenarios, seeds);
  console.log(text);
  writeFileSync(join(ROOT, "docs/simulation.md"), text);
  const plots = lines.filter((line) => line.startsWith("PLOT|"));
  writeFileSync(join(ROOT, "docs/simulation.svg"), draw(plots));
  done();
  if (code !== 0) throw new Stop(`the simulation failed:\n\n${output.slice(-8000)}`);
}
