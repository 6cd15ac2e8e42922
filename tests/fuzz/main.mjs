// `npm run fuzz`: 200 000 cases of hostile values and responses; `-- --seed N --cases N` for others.

import { parseArgs } from "node:util";
import { fuzz } from "./fuzz.mjs";

const options = { seed: { type: "string" }, cases: { type: "string", default: "200000" } };
const { values } = parseArgs({ options });
const count = Number(values.cases);
const started = performance.now();
try {
  const seed = await fuzz({ count, ...(values.seed && { seed: Number(values.seed) }) });
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${count} cases, seed ${seed}: nothing found (${seconds} s)`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
