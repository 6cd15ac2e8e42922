// The border between Rust and JavaScript: the loops name Rust's numbers, and decide nothing.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { numbersModule } from "../../tools/build/numbers.mjs";
import { ROOT } from "../../tools/shared/run.mjs";

const read = (...path) => readFileSync(join(ROOT, ...path), "utf8");
const filesOf = (folder, ending) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

test("each number that a loop names is one that Rust declares", async () => {
  const numbers = await import("../../pkg/wasm/numbers.js");
  let uses = 0;
  for (const file of filesOf("pkg/run", ".js")) {
    for (const [, name] of code(read(file)).matchAll(/\bn\.([A-Z_]+)\b/g)) {
      assert.equal(typeof numbers[name], "number", `${name} of ${file}`);
      uses += 1;
    }
  }
  assert.ok(uses >= 50, `${uses} uses`);
});

test("a number that two sources declare must have one value", () => {
  const declaring = (value) => `/// A comment.\npub(crate) const WOKE: u32 = ${value};\n`;
  const made = numbersModule({ "a.rs": declaring(4), "b.rs": declaring(4) });
  assert.equal(made, "export const WOKE = 4;\n");
  assert.throws(
    () => numbersModule({ "a.rs": declaring(4), "b.rs": declaring(5) }),
    /WOKE is 4 in a\.rs, and 5 in b\.rs/,
  );
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
