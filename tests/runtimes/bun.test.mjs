// The specification in Bun.

import { test } from "node:test";
import { SMALL } from "../browsers/small.mjs";
import { findBun, NO_BUN } from "./commands.mjs";
import { coreInProcess, specInProcess } from "./process-runtime.mjs";

const RUNTIME = { name: "bun", command: findBun(), missing: NO_BUN };

test("bun", (t) => specInProcess(t, RUNTIME));
// All of them run in Node.
test("bun, ./core, a few cases", (t) => coreInProcess(t, RUNTIME, SMALL));
