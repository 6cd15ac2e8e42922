// Installs the npm dependencies if they are missing or differ from package-lock.json.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run } from "./run.mjs";
import { step } from "./say.mjs";

export async function ensureNpmDependencies() {
  const reason = staleReason();
  if (!reason) return;
  const done = step(`installing the npm dependencies: ${reason}`);
  // Without scripts: everything used here works without them, and an install then runs no
  // foreign code.
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    missing: "npm is missing. Install Node.js with npm: https://nodejs.org",
  });
  done();
}

/** Compares the lock file with npm's record of the installed packages. */
function staleReason() {
  const recordPath = join(ROOT, "node_modules/.package-lock.json");
  if (!existsSync(recordPath)) return "node_modules is missing";
  const wanted = readPackages(join(ROOT, "package-lock.json"));
  const installed = readPackages(recordPath);
  for (const [path, { version, optional, link }] of Object.entries(wanted)) {
    // Workspaces have no version to compare; optional packages of other systems are left out.
    if (!path.startsWith("node_modules/") || link) continue;
    const found = installed[path];
    if (!found && !optional) return `${path} is missing`;
    if (found && found.version !== version) return `${path} is not version ${version}`;
  }
  return undefined;
}

function readPackages(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages;
}
