// Programs that come as Debian packages: found, or installed if that is possible.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "../shared/run.mjs";
import { Stop, step } from "../shared/say.mjs";

export const isRoot = () => process.getuid?.() === 0;

/** The path of the first of these names that is on PATH, if any is. */
export function onPath(names) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

/**
 * Installs packages if their programs are missing and that is possible.
 * @param {object} wanted
 * @param {string} wanted.name of the programs, for the messages
 * @param {string[]} wanted.packages
 * @param {Record<string, string>} wanted.variables which name the programs if they are elsewhere
 * @param {() => Record<string, string | undefined>} wanted.find the programs' paths
 */
export async function ensurePackages({ name, packages, variables, find }) {
  const isComplete = () => Object.values(find()).every(Boolean);
  if (isComplete()) return;
  const named = Object.entries(variables).map((pair) => pair.join("="));
  const elsewhere = `or name the programs elsewhere: ${named.join(" ")} npm test`;
  if (!onPath(["apt-get"])) throw new Stop(`Missing: ${name}. Install them, ${elsewhere}`);
  if (!isRoot()) {
    const command = `sudo apt-get install ${packages.join(" ")}`;
    throw new Stop(`Missing: ${name}. Install them with:\n  ${command}\n${elsewhere}`);
  }
  const done = step(`installing ${name}: they are missing`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Another apt-get may hold the lock.
  const waiting = ["-o", "DPkg::Lock::Timeout=600"];
  await run("apt-get", [...waiting, "update"], { env });
  await run("apt-get", [...waiting, "install", "--yes", "--no-install-recommends", ...packages], {
    env,
  });
  if (!isComplete())
    throw new Stop(`apt-get installed ${packages.join(" ")}, but they are not found`);
  done();
}
