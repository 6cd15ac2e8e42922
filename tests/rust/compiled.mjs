// The binaries of the Rust programs that these tests run.

import { join } from "node:path";
import { ROOT } from "../../tools/shared/run.mjs";
import { cargo, rustEnvironment } from "../../tools/shared/rust.mjs";
import { PACKAGES } from "../runtimes/emulator.mjs";

/** Compiles the programs, and resolves with the function that returns the path of one. */
export async function compiled() {
  await cargo(["build", "--locked", "--bins", "--examples", ...PACKAGES], await rustEnvironment());
  const folder = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "debug");
  const suffix = process.platform === "win32" ? ".exe" : "";
  return (name) => join(folder, `${name}${suffix}`);
}
