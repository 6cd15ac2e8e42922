// `npm run build`: from a clean clone to a package in `pkg/` that is ready to use and to publish.

import { copyFileSync, existsSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureNpmDependencies } from "../shared/npm-dependencies.mjs";
import { ROOT } from "../shared/run.mjs";
import { ensureWasmTarget, rustEnvironment, rustVersion } from "../shared/rust.mjs";
import { main } from "../shared/say.mjs";
import { writeCommonJs } from "./commonjs.mjs";
import { writeDeclarations } from "./declarations.mjs";
import { writeEntries } from "./entries.mjs";
import { fingerprintInputs, LICENCES } from "./inputs.mjs";
import { changeSinceLastBuild, fingerprint, recordBuild } from "./stamp.mjs";
import { buildWasm, toolVersions, WASM_FOLDER } from "./wasm.mjs";

/**
 * Brings `pkg/` up to date; resolves with the environment in which cargo runs.
 * @param {() => void} [usable] called once everything but `./core` is there
 */
export async function build(usable = () => {}) {
  await ensureNpmDependencies();
  const env = await rustEnvironment();
  const rust = await rustVersion(env);
  await ensureWasmTarget(env);

  const inputs = readInputs(rust);
  const reason = changeSinceLastBuild(inputs, readOutputs);
  if (!reason) {
    await writeEntries();
    await writeCommonJs();
    writeDeclarations();
    console.log("• the package is up to date: pkg/");
    usable();
    return env;
  }
  await buildWasm(env, reason, usable);
  for (const name of LICENCES) {
    if (existsSync(join(ROOT, name))) copyFileSync(join(ROOT, name), join(ROOT, "pkg", name));
  }
  // The inputs as they were read before the build: a file that changes meanwhile is built next time.
  recordBuild(inputs, readOutputs());
  await writeCommonJs();
  writeDeclarations();
  console.log("• the package is ready: pkg/");
  return env;
}

/** Describes the first difference of `pkg/` from a build of the sources; undefined without one. */
export function changeSinceBuild(rust) {
  return changeSinceLastBuild(readInputs(rust), readOutputs);
}

function readInputs(rust) {
  return { ...fingerprintInputs(), ...toolVersions(), rustc: rust };
}

function readOutputs() {
  return fingerprint([relative(ROOT, WASM_FOLDER), ...LICENCES.map((name) => `pkg/${name}`)]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main(() => build());
