// The docs and docs/bench.svg have the figures of docs/bench.json.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/shared/run.mjs";
import { draw } from "../bench/plot.mjs";
import { PAGES, withFigures } from "../bench/write-table.mjs";

const read = (path) => readFileSync(join(ROOT, path), "utf8");
const bench = JSON.parse(read("docs/bench.json"));
/** A bench with other figures. */
const another = JSON.parse(read("docs/bench.json"), (_, value) => {
  if (typeof value === "number") return value + 1_000;
  return Array.isArray(value)
    ? value.map((item) => (typeof item === "string" ? `${item}0` : item))
    : value;
});

for (const page of PAGES) {
  test(`${page} has the figures of the bench`, () => {
    assert.equal(read(page), withFigures(read(page), bench));
    assert.notEqual(read(page), withFigures(read(page), another), "it has none");
  });
}

test("the picture has the figures of the bench", () => {
  assert.equal(read("docs/bench.svg"), draw(bench));
});
