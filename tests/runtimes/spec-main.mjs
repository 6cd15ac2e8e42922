// Runs the specification in Node, Deno or Bun, and prints the results as JSON.
// Arguments: the runtime's name, the package's entry, the emulator's origin, and as JSON the filter of
// the cases.

import process from "node:process";
import { runSpec } from "./run-spec.mjs";

// Written out, because Deno needs no permission for imports that it sees before it runs.
const ENTRIES = {
  "delete-message-batch": () => import("delete-message-batch"),
  "delete-message-batch/core": () => import("delete-message-batch/core"),
};

const [name, entry, origin, filter] = process.argv.slice(2);
const api = await ENTRIES[entry]();
const results = await runSpec({
  api,
  runtime: { name, page: false },
  origin,
  filter: JSON.parse(filter),
});
console.log(JSON.stringify(results));
