// How many bytes each entry may come to. A limit is a little above what was measured last: a
// change that passes it has to say what for. The goals are in tests/bench/size.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sizes } from "../bench/size.mjs";

/** Bytes after brotli: of a consumer's bundle, minified, and of the wasm. */
const LIMITS = {
  "core, url entry": 31_900,
  "url entry": 63_750,
  "default entry": 65_650,
  "only deleteBatch of the default entry": 62_250,
  "of which wasm": 54_200,
};

const found = await sizes();

for (const [name, limit] of Object.entries(LIMITS)) {
  test(`${name}: at most ${limit} bytes after brotli`, () => {
    assert.ok(found[name] <= limit, `${found[name]} bytes`);
    assert.ok(found[name] > limit * 0.9, `${found[name]} bytes: lower the limit`);
  });
}
