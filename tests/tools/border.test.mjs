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

/** Returns the numbers that a source declares, by name. */
function numbersOf(text, pattern) {
  const found = [...text.matchAll(pattern)].map(([, name, value]) => [name, Number(value)]);
  assert.ok(found.length > 0, "no numbers");
  return found;
}

test("each number of the loops is the one that Rust has", () => {
  const rust = new Map();
  // Compares only the constants that the loops name; Rust alone uses the others.
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

/** The parameters that JavaScript passes to each export: `enter` adds the time and the random number. */
function exportsOf(text) {
  const declared =
    /#\[wasm_bindgen\((?:js_name = (\w+), )?skip_typescript\)\]\n(?:#\[.*\]\n)*pub fn (\w+)\(([^)]*)\)/g;
  return new Map(
    [...text.matchAll(declared)].map(([, exported, name, parameters]) => [
      exported ?? name,
      [...parameters.matchAll(/(\w+): /g)]
        .map(([, parameter]) => parameter)
        .filter((parameter) => parameter !== "now" && parameter !== "random").length,
    ]),
  );
}

/** The exports that a loop calls, each with the number of its arguments. A spread hides the number. */
function entriesInto(text) {
  return [...text.matchAll(/\.enter\(\s*"(\w+)"((?:[^()]|\([^()]*\))*)\)/g)].map(
    ([, name, given]) => {
      assert.ok(!given.includes("..."), `${name} takes a spread`);
      const flat = given.replaceAll(/\([^()]*\)/g, "");
      return [name, flat.split(",").filter((argument) => argument.trim()).length];
    },
  );
}

test("each export is called with all its arguments, because the time follows them", () => {
  const taken = exportsOf(
    filesOf("src", ".rs")
      .map((file) => read(file))
      .join("\n"),
  );
  const calls = filesOf("pkg/run", ".js").flatMap((file) => entriesInto(code(read(file))));
  assert.ok(calls.length >= 10, `${calls.length} calls`);
  for (const [name, count] of calls) assert.equal(count, taken.get(name), name);
  assert.deepEqual(entriesInto('a.enter("step", one(1, 2), two)'), [["step", 2]]);
  assert.throws(() => entriesInto('a.enter("step", ...event)'), /spread/);
});

/** The code without its comments. */
const code = (text) => text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");

/** Strings that a loop may compare: results of `typeof` and `toString`, and the letter of an object. */
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
