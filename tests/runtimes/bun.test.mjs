// The specification in Bun.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/run.mjs";
import { specInProcess } from "./process-runtime.mjs";

const MISSING = "Bun is missing. It is an npm dependency of this project: npm ci";

test("bun", (t) => specInProcess(t, { name: "bun", command: findBun(), missing: MISSING }));

/**
 * The binary that npm brought for this system. The package's own launcher only works after its
 * install script has run, and the dependencies are installed without scripts.
 */
function findBun() {
  const packages = join(ROOT, "node_modules/@oven");
  const names = existsSync(packages) ? readdirSync(packages) : [];
  const binaries = names.map((name) => join(packages, name, "bin/bun"));
  const found = binaries.find(existsSync);
  if (!found) throw new Error(MISSING);
  return found;
}
