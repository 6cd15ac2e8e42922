// The binaries of the Rust programs that these tests run.

import { join } from "node:path";
import { ROOT } from "../../tools/shared/run.mjs";
import { cargo, rustEnvironment } from "../../tools/shared/rust.mjs";

/**
 * The packages of the step `rust`. All of its cargo commands name both, and all targets: with other features, cargo
 * would compile tokio, hyper and reqwest twice.
 */
export const PACKAGES = ["--package", "client-tests", "--package", "rust-examples"];

/** Compiles the programs, and resolves with the function that returns the path of one. */
export async function compiled() {
  await cargo(["build", "--locked", "--all-targets", ...PACKAGES], await rustEnvironment());
  const folder = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), "debug");
  const suffix = process.platform === "win32" ? ".exe" : "";
  return (name) => join(folder, `${name}${suffix}`);
}
