// The files that a build depends on. They are whole folders: a list of file names would miss a new
// file. The imports of these folders must lie in them too; tests/tools/inputs.test.mjs checks it.

import { ROOT } from "../shared/run.mjs";
import { fingerprint } from "./stamp.mjs";

export const LICENCES = ["LICENSE-MIT", "LICENSE-APACHE"];
export const FOLDERS = ["src", "policy/src", "tools/bindgen/src", "tools/build", "tools/shared"];
const CRATES = ["", "tools/bindgen/"].flatMap((path) => [`${path}Cargo.toml`, `${path}Cargo.lock`]);
const FILES = [...CRATES, "policy/Cargo.toml", ...LICENCES];

/** Returns the hash of each of these files below a root. */
export function fingerprintInputs(root = ROOT) {
  return fingerprint([...FOLDERS, ...FILES], root);
}
