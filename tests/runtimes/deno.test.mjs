// The specification in Deno, with the permission to use the network and no other.

import { test } from "node:test";
import { DENO, NO_DENO } from "./commands.mjs";
import { specInProcess } from "./process-runtime.mjs";

test("deno", (t) =>
  specInProcess(t, {
    name: "deno",
    command: process.execPath,
    args: [DENO, "run", "--no-prompt", "--allow-net"],
    missing: NO_DENO,
  }));
