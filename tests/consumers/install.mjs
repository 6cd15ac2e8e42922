// Folders with tools from npm, outside the repository, so that nothing is found in its node_modules. One for
// each set of tools; it stays from run to run, and everything in it but the tools is made anew.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute, run } from "../../tools/shared/run.mjs";

export const FOLDER = join(tmpdir(), "delete-message-batch-consumers");

const NPM = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefer-offline"];
const INSTALLS_WITHIN_MS = 400_000;
const PACKAGE = "delete-message-batch";
const KEPT = ["node_modules", "package-lock.json"];

/** A folder with nothing in it but these tools; `{ name: range }`. */
export async function folderWith(tools) {
  const list = JSON.stringify(tools);
  const folder = join(FOLDER, createHash("sha256").update(list).digest("hex").slice(0, 12));
  const done = join(folder, "node_modules/.installed");
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, "node_modules"), { recursive: true });
    writeFileSync(join(folder, "package.json"), manifest(tools));
    if (Object.keys(tools).length > 0) await install(folder);
    writeFileSync(done, "");
  }
  for (const name of readdirSync(folder)) {
    if (!KEPT.includes(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
  // Removes the caches that tools kept there in an earlier run.
  for (const name of readdirSync(join(folder, "node_modules"))) {
    const isCache = name.startsWith(".") && ![".bin", ".installed"].includes(name);
    if (isCache) rmSync(join(folder, "node_modules", name), { recursive: true, force: true });
  }
  rmSync(join(folder, "node_modules", PACKAGE), { recursive: true, force: true });
  writeFileSync(join(folder, "package.json"), manifest(tools));
  return folder;
}

async function install(cwd) {
  const options = { cwd, limitMs: INSTALLS_WITHIN_MS };
  const { code, output } = await execute("npm", ["install", ...NPM], options);
  if (code !== 0) throw new Error(output.slice(-3000));
}

const manifest = (dependencies) =>
  JSON.stringify({ name: "consumer", private: true, type: "module", dependencies }, null, 2);

/** Puts the package where npm would: it has no dependencies and no scripts. */
export async function unpack(tarball, folder) {
  const target = join(folder, "node_modules", PACKAGE);
  mkdirSync(target, { recursive: true });
  await run("tar", ["-xzf", tarball, "-C", target, "--strip-components", "1"]);
}

/** The folder of the command `node` of that version, such as "22" or "20.0". */
export async function nodeFolder(version) {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const folder = await folderWith({ [name]: `${version}.x` });
  return join(folder, "node_modules", name, "bin");
}

export function versionOf(folder, name) {
  return JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8"))
    .version;
}
