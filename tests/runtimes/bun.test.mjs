// The specification in Bun.

import { test } from "node:test";
import { findBun, NO_BUN } from "./commands.mjs";
import { coreInProcess, specInProcess } from "./process-runtime.mjs";

const RUNTIME = { name: "bun", command: findBun(), missing: NO_BUN };

test("bun", (t) => specInProcess(t, RUNTIME));
test("bun, ./core", (t) => coreInProcess(t, RUNTIME));
