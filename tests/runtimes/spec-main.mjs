// Runs the specification in Node, Deno or Bun, and prints the results as JSON.
// Arguments: the runtime's name, the emulator's origin, what the names of cases must contain.

import process from "node:process";
import * as api from "delete-message-batch";
import { runSpec } from "./run-spec.mjs";

const [name, origin, filter] = process.argv.slice(2);
const results = await runSpec({ api, runtime: { name, page: false }, origin, filter });
console.log(JSON.stringify(results));
