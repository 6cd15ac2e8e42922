// Builds `pkg/wasm/` from the Rust crate: cargo, wasm-bindgen, wasm-opt, generated parts.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../shared/run.mjs";
import { cargo, TARGET } from "../shared/rust.mjs";
import { step } from "../shared/say.mjs";
import { compileBindgen, runBindgen } from "./bindgen.mjs";
import { writeEntries } from "./entries.mjs";
import { writeParts } from "./generated-parts.mjs";
import { shrinkGlue } from "./glue.mjs";
import { shrink } from "./shrink.mjs";

export const WASM_FOLDER = join(ROOT, "pkg/wasm");
const CRATE = "delete_message_batch";
/**
 * The bytes of the stack, a quarter of Rust's default: no call takes 10 KB, but a caller's `fetch` may begin calls of
 * its own. The data follows it, so that an address takes three bytes of the wasm instead of four.
 */
const STACK = 262_144;
const COMPILE_TIME = "up to three minutes the first time";

/**
 * The wasm modules: `core` for bytes, `full` for everything. `level` is the optimisation level: of the 10 µs that a delete
 * adds to bare fetch, "s" saves 0.5 for 2.2 KB, and 3 saves 0.8 for 3.7 KB. `inline` is LLVM's threshold for
 * inlining: of 5, 7 and 12, the one with the fewest bytes after brotli, by 180 and 130.
 */
const MODULES = [
  // First: everything but `./core` works with it.
  { name: "full", features: "jobs,relay", level: "z", inline: 5 },
  { name: "core", features: "", level: "z", inline: 7 },
];

/** The versions of the npm tools, which are inputs of the build, as the sources are. */
export function toolVersions() {
  const version = (name) =>
    JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")).version;
  return Object.fromEntries(["binaryen", "esbuild"].map((name) => [name, version(name)]));
}

/**
 * Builds each module into the folder.
 * @param {() => void} usable called once the first is there
 */
export async function buildWasm(env, reason, usable) {
  // The sources first, because rustFlags lists the folders that cargo puts them into.
  await cargo(["fetch", "--locked", "--target", TARGET], env);
  rmSync(WASM_FOLDER, { recursive: true, force: true });
  mkdirSync(WASM_FOLDER, { recursive: true });
  const compiled = step(`compiling tools/bindgen, which makes the wasm's glue: ${COMPILE_TIME}`);
  await compileBindgen(env);
  compiled();
  for (const module of MODULES) {
    await buildModule(module, env, reason);
    if (module === MODULES[0]) usable();
  }
}

async function buildModule({ name, features, level, inline }, env, reason) {
  const compiled = step(`compiling the wasm "${name}": ${reason}`);
  const target = targetFolder();
  const options = ["--no-default-features", "--features", features];
  // As a cdylib alone: the functions that an rlib offers to other crates would stay in the wasm, a tenth of it.
  const kind = ["--lib", "--crate-type", "cdylib"];
  await cargo(["rustc", "--locked", "--release", ...kind, "--target", TARGET, ...options], {
    ...env,
    CARGO_PROFILE_RELEASE_OPT_LEVEL: level,
    CARGO_ENCODED_RUSTFLAGS: rustFlags(inline),
  });
  const made = join(target, "bindgen", name);
  rmSync(made, { recursive: true, force: true });
  await runBindgen(join(target, TARGET, `release/${CRATE}.wasm`), name, made, env);
  compiled();

  const shrunk = step("shrinking it with wasm-opt, and its glue with esbuild");
  const file = join(made, `${name}_bg.wasm`);
  const before = statSync(file).size;
  const names = await shrink(file);
  const { glue } = await shrinkGlue(join(made, `${name}.js`), names);
  const wasm = readFileSync(file);
  shrunk(`${before} → ${wasm.length} bytes`);
  const declarations = readFileSync(join(made, `${name}.d.ts`), "utf8");
  writeParts(WASM_FOLDER, name, { glue, wasm, declarations });
  await writeEntries([name]);
}

const targetFolder = () => process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");

/**
 * Returns the flags of rustc. Panic messages name source files; the folders of this machine would make two machines
 * build two different files. Other flags from the environment are ignored for the same reason.
 */
function rustFlags(inline) {
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  // One folder for each registry or mirror that crates came from.
  const registries = join(cargoHome, "registry/src");
  const folders = existsSync(registries) ? readdirSync(registries) : [];
  // If several fit, rustc takes the last.
  const remapped = [
    `${ROOT.replace(/[/\\]$/, "")}=.`,
    `${cargoHome}=cargo`,
    ...folders.map((folder) => `${join(registries, folder)}=crates`),
  ].map((pair) => `--remap-path-prefix=${pair}`);
  const stack = `-Clink-arg=-zstack-size=${STACK}`;
  return [...remapped, stack, `-Cllvm-args=-inline-threshold=${inline}`].join("\x1f");
}
