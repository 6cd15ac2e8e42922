// The specification in Deno, with the permission to use the network and no other.

import { test } from "node:test";
import { SMALL } from "../browsers/small.mjs";
import { DENO, NO_DENO } from "./commands.mjs";
import { coreInProcess, specInProcess } from "./process-runtime.mjs";

const RUNTIME = {
  name: "deno",
  command: process.execPath,
  args: [DENO, "run", "--no-prompt", "--allow-net"],
  missing: NO_DENO,
};

test("deno", (t) => specInProcess(t, RUNTIME));
// All of them run in Node.
test("deno, ./core, a few cases", (t) => coreInProcess(t, RUNTIME, SMALL));
