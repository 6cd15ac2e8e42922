// Tools that cargo installs.

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ROOT, run } from "../shared/run.mjs";
import { step } from "../shared/say.mjs";
import { onPath } from "./debian.mjs";

/**
 * Resolves with the command's path: that on PATH, else one that is compiled into `.tools/`, once.
 * @param {string} name
 * @param {string} version
 * @param {Record<string, string>} env
 * @param {...string} more `--locked`, if the tool's own lock file names only versions that registries have
 */
export async function cargoTool(name, version, env, ...more) {
  const folder = join(ROOT, `.tools/${name}-${version}`);
  const installed = join(folder, "bin", name);
  const found = onPath([name]) ?? (existsSync(installed) ? installed : undefined);
  if (found) return found;
  const done = step(`compiling ${name} ${version}, once (some minutes)`);
  const args = ["install", name, "--version", `=${version}`, "--root", folder, "--quiet"];
  // Run outside the project, so that its profiles and rust-toolchain.toml have no effect.
  await run("cargo", [...args, ...more], { cwd: homedir(), env });
  done();
  return installed;
}
