// Empty projects with the packed tarball in them, as users have it.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before } from "node:test";
import { execute, ROOT, run } from "../../tools/shared/run.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";

export const NPM = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];

/** Packs the package. Resolves with the folder for projects, the tarball and the list of files. */
export async function pack() {
  const folder = await mkdtemp(join(tmpdir(), "delete-message-batch-packed-"));
  const args = ["pack", "--json", "--pack-destination", folder, ...NPM];
  const [{ filename, files }] = JSON.parse(await run("npm", args, { cwd: join(ROOT, "pkg") }));
  return {
    folder,
    tarball: join(folder, filename),
    files: files.map(({ path }) => path).sort(),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * The tarball and an emulator for the tests of a file: `{ packed, emulator }`, once its first test begins.
 * @param {(packed: object) => Promise<void>} [prepare] further work before the first test
 */
export function packedBesideEmulator(prepare = async () => {}) {
  const given = {};
  before(async () => {
    [given.packed, given.emulator] = await Promise.all([pack(), startEmulator()]);
    await prepare(given.packed);
  });
  after(async () => {
    await given.emulator?.stop();
    await given.packed?.remove();
  });
  return given;
}

/**
 * Makes a project of these files, with the tarball installed, or with other packages, and resolves with
 * its folder.
 */
export async function makeProject({ folder, tarball }, name, files = {}, packages = [tarball]) {
  const project = join(folder, name);
  const all = { "package.json": `{ "name": "${name}", "private": true }`, ...files };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), text);
  }
  // The package has no dependencies, so that no registry is asked for anything.
  await run("npm", ["install", "--offline", ...NPM, ...packages], { cwd: project });
  return project;
}

/** Runs a script of a project in Node, and resolves with its output. */
export async function runScript(project, args) {
  const options = { cwd: project, env: plainEnvironment() };
  const { code, output } = await execute(process.execPath, args, options);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with exit code ${code}:\n${output}`);
  return output.trim();
}
