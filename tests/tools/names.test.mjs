// The short names that wasm-opt prints, round after round.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readNames } from "../../tools/build/shrink.mjs";

/** As wasm-opt prints one round. */
const round = (imports, exports) =>
  [
    "{",
    '"imports": [',
    ...imports.map(([from, to]) => `  ["./x_bg.js", "${from}", "${to}"],`),
    "],",
    '"exports": [',
    ...exports.map(([from, to]) => `  ["${from}", "${to}"],`),
    "]",
    "}",
    "",
  ].join("\n");

const first = round(
  [
    ["__wbg_get", "a"],
    ["__wbg_set", "b"],
  ],
  [
    ["memory", "c"],
    ["start", "d"],
  ],
);

test("one round names everything", () => {
  const { imports, exports } = readNames(first);
  assert.deepEqual(
    [...imports],
    [
      ["__wbg_get", "a"],
      ["__wbg_set", "b"],
    ],
  );
  assert.deepEqual(
    [...exports],
    [
      ["memory", "c"],
      ["start", "d"],
    ],
  );
});

test("a name that a later round changes is the last one; a removed import has no name", () => {
  const second = round(
    [["b", "a"]],
    [
      ["c", "b"],
      ["d", "c"],
    ],
  );
  const third = round(
    [["a", "a"]],
    [
      ["b", "b"],
      ["c", "c"],
    ],
  );
  const { imports, exports } = readNames(first + second + third);
  assert.deepEqual([...imports], [["__wbg_set", "a"]]);
  assert.deepEqual(
    [...exports],
    [
      ["memory", "b"],
      ["start", "c"],
    ],
  );
});

test("no names are an error", () => {
  assert.throws(() => readNames(""), /wasm-opt printed no names/);
  assert.throws(() => readNames(round([], [])), /wasm-opt printed no names/);
});
