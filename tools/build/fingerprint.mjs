// The fingerprint of a build: it stands in the glue, in the wasm and in the wasm's file name. Names of
// imports are short, so a wasm of another build could be instantiated, and would call other functions.

import { createHash } from "node:crypto";

/** Hexadecimal digits. 32 bits tell builds apart, and each digit is a byte in every page. */
const LENGTH = 8;
const CUSTOM_SECTION = 0;

/** Stands in the glue until its fingerprint is known. */
export const FINGERPRINT = "fingerprint of the build";

/** Hashes the glue and the wasm, neither of which has its fingerprint yet. */
export function fingerprintOf(glue, wasm) {
  return createHash("sha256").update(glue).update(wasm).digest("hex").slice(0, LENGTH);
}

/** Adds an empty section with the fingerprint as its name: `WebAssembly.Module.customSections` finds it. */
export function withFingerprint(wasm, fingerprint) {
  const name = Buffer.from(fingerprint);
  return Buffer.concat([wasm, Uint8Array.of(CUSTOM_SECTION, name.length + 1, name.length), name]);
}
