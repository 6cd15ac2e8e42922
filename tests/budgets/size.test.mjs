// Limits the bytes of each entry. A limit is a little above the last measurement: a change that exceeds it has to
// give a reason. The goals are in tests/bench/size.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sizes } from "../bench/size.mjs";

/** Bytes after brotli: of a consumer's bundle, minified, and of the wasm. */
const LIMITS = {
  "core, url entry": 30_950,
  "url entry": 59_260,
  "default entry": 60_880,
  "only deleteBatch of the default entry": 57_460,
  "of which wasm": 49_850,
};

const found = await sizes();

for (const [name, limit] of Object.entries(LIMITS)) {
  test(`${name}: at most ${limit} bytes after brotli`, () => {
    assert.ok(found[name] <= limit, `${found[name]} bytes`);
    assert.ok(found[name] > limit * 0.9, `${found[name]} bytes: lower the limit`);
  });
}
