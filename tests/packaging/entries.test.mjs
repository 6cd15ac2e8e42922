// The entries of one kind export the same names, and the types declare exactly these.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { ROOT } from "../../tools/shared/run.mjs";

const PACKAGE = join(ROOT, "pkg");
const read = (...path) => readFileSync(join(PACKAGE, ...path), "utf8");
const sorted = (names) => [...new Set(names)].sort();

/** The names of values that an entry exports. */
function exported(text) {
  const [, names] = /^export \{([^}]+)\};$/m.exec(text);
  return sorted(names.split(",").map((name) => name.replace(/^.* as /s, "").trim()));
}

/** Returns the names of values that a declaration file exports, including the files that it re-exports. */
function declared(file) {
  const text = read("types", file);
  const own = [...text.matchAll(/^export (?:declare )?(?:function|const|class) (\w+)/gm)];
  const others = [...text.matchAll(/^export \{([^}]+)\} from/gm)].flatMap(([, names]) =>
    names
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name && !name.startsWith("type ")),
  );
  const whole = [...text.matchAll(/^export \* from "\.\/(\w+)\.js"/gm)];
  return sorted([
    ...own.map(([, name]) => name),
    ...others,
    ...whole.flatMap(([, name]) => declared(`${name}.d.ts`)),
  ]);
}

for (const [folder, types] of [
  ["entry", "index.d.ts"],
  ["entry/core", "core.d.ts"],
]) {
  test(`each file of ${folder} exports the names that ${types} declares`, () => {
    const names = declared(types);
    assert.ok(names.length >= 6, `only ${names} are declared`);
    const files = readdirSync(join(PACKAGE, folder)).filter((file) => file.endsWith(".js"));
    const entries = files.filter((file) => !file.startsWith("shared-"));
    assert.deepEqual([entries.length, files.length], [5, 6]);
    for (const file of entries) assert.deepEqual(exported(read(folder, file)), names, file);
  });
}
