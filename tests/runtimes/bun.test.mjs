// The specification in Bun.

import { test } from "node:test";
import { findBun, NO_BUN } from "./commands.mjs";
import { specInProcess } from "./process-runtime.mjs";

test("bun", (t) => specInProcess(t, { name: "bun", command: findBun(), missing: NO_BUN }));
