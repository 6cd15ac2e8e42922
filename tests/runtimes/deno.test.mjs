// The specification in Deno, with the permission to use the network and no other.

import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/run.mjs";
import { specInProcess } from "./process-runtime.mjs";

test("deno", (t) =>
  specInProcess(t, {
    name: "deno",
    command: process.execPath,
    // The npm package's own launcher: it finds the binary that npm brought.
    args: [join(ROOT, "node_modules/deno/bin.cjs"), "run", "--no-prompt", "--allow-net"],
    missing: "Deno is missing. It is an npm dependency of this project: npm ci",
  }));
