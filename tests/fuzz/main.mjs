// `npm run fuzz`: 200 000 cases of hostile values and responses, shared out among a process for each core;
// `-- --seed N --cases N --processes N` for others.

import { availableParallelism } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { fuzz, newSeed } from "./fuzz.mjs";

/** The cases of one group. A share consists of whole groups, so that it runs the same cases as one process would. */
const GROUP = 100;
const SAID_EACH = 10_000;

const number = (value) => ({ type: "string", ...(value && { default: `${value}` }) });
const { values } = parseArgs({
  options: { seed: number(), cases: number(200_000), processes: number(availableParallelism()) },
});
const [count, seed, processes] = [values.cases, values.seed ?? newSeed(), values.processes].map(
  Number,
);
if (!(count > 0 && processes > 0 && Number.isInteger(seed))) {
  throw new Error("--cases and --processes must be numbers above 0, --seed a whole number");
}
const share = GROUP * Math.ceil(count / processes / GROUP);
const started = performance.now();
const seconds = () => ((performance.now() - started) / 1000).toFixed(0);
let done = 0;
const onCases = (more) => {
  const before = Math.floor(done / SAID_EACH);
  done += more;
  if (Math.floor(done / SAID_EACH) > before) console.log(`${done} of ${count} (${seconds()} s)`);
};
const shares = [];
for (let first = 0; first < count; first += share) {
  const own = Math.min(share, count - first);
  shares.push(fuzz({ seed: seed + first, count: own, onCases }));
}
try {
  await Promise.all(shares);
  console.log(`${count} cases, seed ${seed}: nothing found (${seconds()} s)`);
} catch (error) {
  console.error(error.message);
  // The other processes end with this one.
  process.exit(1);
}
