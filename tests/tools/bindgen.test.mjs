// The wasm-bindgen of the crate and the one that makes its glue are the same version.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { versionIn } from "../../tools/build/bindgen.mjs";
import { ROOT } from "../../tools/shared/run.mjs";

test("Cargo.lock, the tool's manifest and its lock file name one version", () => {
  const version = versionIn("Cargo.lock");
  const manifest = readFileSync(join(ROOT, "tools/bindgen/Cargo.toml"), "utf8");
  assert.match(manifest, new RegExp(`^wasm-bindgen-cli-support = "=${version}"$`, "m"));
  for (const part of ["-cli-support", "-shared"]) {
    assert.equal(versionIn("tools/bindgen/Cargo.lock", part), version, part);
  }
});

test("a lock file without it fails", () => {
  assert.throws(() => versionIn("tools/bindgen/Cargo.lock"), /does not name wasm-bindgen$/);
});
