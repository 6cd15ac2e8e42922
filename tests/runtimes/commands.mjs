// The commands of runtimes that npm brought.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../tools/shared/run.mjs";

export const NO_BUN = "Bun is missing. It is an npm dependency of this project: npm ci";
export const NO_DENO = "Deno is missing. It is an npm dependency of this project: npm ci";

/** A script for Node: the npm package's own launcher, which finds the binary that npm brought. */
export const DENO = join(ROOT, "node_modules/deno/bin.cjs");

/**
 * The binary that npm brought for this system. The package's own launcher only works after its
 * install script has run, and the dependencies are installed without scripts.
 */
export function findBun() {
  const packages = join(ROOT, "node_modules/@oven");
  const names = existsSync(packages) ? readdirSync(packages) : [];
  const binaries = names.map((name) => join(packages, name, "bin/bun"));
  const found = binaries.find(existsSync);
  if (!found) throw new Error(NO_BUN);
  return found;
}
