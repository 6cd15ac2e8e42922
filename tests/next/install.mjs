// Next.js, from npm into a folder of the project, without install scripts; with the files of docs/next.md
// in it, and the packed package.

import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT, run } from "../../tools/shared/run.mjs";
import { step } from "../../tools/shared/say.mjs";
import { unpack } from "../consumers/install.mjs";
import { filesOf } from "../readme/blocks.mjs";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";

/** Exact versions, so that the test does not change by itself. */
const VERSIONS = {
  15: { next: "15.5.29", react: "19.2.9", "react-dom": "19.2.9" },
  16: { next: "16.4.6", react: "19.2.9", "react-dom": "19.2.9" },
};

export const MAJORS = Object.keys(VERSIONS);

/** The environment for Next: it reports nothing to anybody. */
export const environment = (more) => ({
  ...plainEnvironment(),
  NEXT_TELEMETRY_DISABLED: "1",
  ...more,
});

/** Installs each Next that is missing. */
export async function ensureNext() {
  for (const major of MAJORS) await ensureMajor(major);
}

/** Installs a Next if it is missing; resolves with its folder and the path of the command. */
async function ensureMajor(major) {
  const versions = VERSIONS[major];
  const folder = join(ROOT, `.tools/next-${versions.next}`);
  const command = join(folder, "node_modules/next/dist/bin/next");
  if (!existsSync(command)) await install(folder, versions);
  return { folder, command };
}

/** The documented files, built by that Next; resolves with their folder and the path of the command. */
export async function buildExample(major, { tarball }) {
  const { folder, command } = await ensureMajor(major);
  const own = join(folder, "node_modules/delete-message-batch");
  for (const name of [own, join(folder, "app"), join(folder, ".next")]) {
    rmSync(name, { recursive: true, force: true });
  }
  await unpack(tarball, folder);
  for (const [path, code] of Object.entries(await filesOf("docs/next.md"))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), code);
  }
  await run(process.execPath, [command, "build"], { cwd: folder, env: environment() });
  return { folder, command };
}

async function install(folder, versions) {
  const done = step(`installing Next ${versions.next} into .tools/: some hundred megabytes, once`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const manifest = { name: "example", private: true, dependencies: versions };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  // So that Next takes this folder for the project's root, not one above it.
  writeFileSync(
    join(folder, "next.config.mjs"),
    "export default { outputFileTracingRoot: import.meta.dirname, turbopack: { root: import.meta.dirname } };\n",
  );
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
  done();
}
