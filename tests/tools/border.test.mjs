// The border between Rust and JavaScript: both sides have the same numbers, and the loops decide nothing.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/shared/run.mjs";

const read = (...path) => readFileSync(join(ROOT, ...path), "utf8");
const filesOf = (folder, ending) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

/** The numbers that a text declares, by name. */
function numbersOf(text, pattern) {
  const found = [...text.matchAll(pattern)].map(([, name, value]) => [name, Number(value)]);
  assert.ok(found.length > 0, "no numbers");
  return found;
}

test("each number of the loops is the one that Rust has", () => {
  const rust = new Map();
  // Only what the loops name: other constants of these files are Rust's own.
  const text = filesOf("src", ".rs")
    .map((file) => read(file))
    .join("\n");
  const numbers = numbersOf(read("pkg/run/numbers.js"), /export const (\w+) = (\d+);/g);
  const names = new Set(numbers.map(([name]) => name));
  for (const [name, value] of numbersOf(text, /const (\w+): u32 = (\d+);/g)) {
    if (names.has(name)) {
      assert.ok(!rust.has(name) || rust.get(name) === value, `${name} has two values`);
      rust.set(name, value);
    }
  }
  for (const [name, value] of numbers) assert.equal(rust.get(name), value, name);
});

/** The code without its comments. */
const code = (text) => text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");

/** Strings that a loop may compare: those of `typeof` and `toString`, and the letter of an object. */
const KINDS = new Set([
  ...["string", "undefined", "boolean", "number", "symbol", "bigint", "function", "object"],
  ...["[object Date]", "O"],
]);

/** The comparisons with a string that is not a kind, or with a number that may be a status. */
function decisions(text) {
  const compared = [
    ...text.matchAll(/(?:[=!]==?|\bcase)\s*["'`]([^"'`]*)["'`]/g),
    ...text.matchAll(/["'`]([^"'`\n]*)["'`]\s*[=!]==?/g),
    ...text.matchAll(
      /\.(?:startsWith|endsWith|includes|indexOf|match|test|search)\(\s*["'`]([^"'`]*)/g,
    ),
  ].filter(([, found]) => !KINDS.has(found));
  const statuses = [...text.matchAll(/(?:[=!]==?|[<>]=?|\bcase)\s*([1-5]\d\d)\b/g)];
  const headers = [...text.matchAll(/\b(?:get|has)\(\s*["'`]([\w-]+)["'`]/g)];
  return [...compared, ...statuses, ...headers].map(([whole]) => whole);
}

for (const file of filesOf("pkg/run", ".js")) {
  test(`${file} decides nothing`, () => {
    assert.deepEqual(decisions(code(read(file))), []);
  });
}

test("a decision is noticed", () => {
  for (const line of [
    "if (response.status === 404) retry();",
    "if (status >= 500) retry();",
    'if (error.code === "not_found") return;',
    'if ("server" === code) return;',
    'if (message.startsWith("id ")) return;',
    'const wait = headers.get("retry-after");',
    'switch (code) { case "timeout": break; }',
  ]) {
    assert.equal(decisions(line).length, 1, line);
  }
  assert.deepEqual(decisions('if (typeof value === "object") keep(value);'), []);
});
