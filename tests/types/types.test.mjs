// The types, as projects of both kinds see them. What must not compile is marked in the fixtures
// with @ts-expect-error, which is an error itself where the line does compile.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { execute, ROOT } from "../../tools/shared/run.mjs";

const FIXTURES = fileURLToPath(new URL("fixtures", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");

const STRICT = [
  ...["--noEmit", "--pretty", "false", "--target", "es2022"],
  // The strictest there is: an option that is `undefined` counts as absent.
  ...["--strict", "--verbatimModuleSyntax", "--exactOptionalPropertyTypes"],
  // The package's own declarations are looked at, too.
  ...["--skipLibCheck", "false"],
];

/** The kinds of projects: how they find a package, and where the types of fetch come from. */
const PROJECTS = {
  "a bundler's project, with the DOM": [
    ...["--module", "esnext", "--moduleResolution", "bundler"],
    ...["--lib", "es2022,dom,dom.iterable", "--types", ""],
  ],
  "a Node project, without the DOM": [
    ...["--module", "nodenext", "--moduleResolution", "nodenext"],
    ...["--lib", "es2022", "--types", "node"],
  ],
};

const files = readdirSync(FIXTURES).filter((name) => name.endsWith(".ts"));

for (const [project, options] of Object.entries(PROJECTS)) {
  test(project, async (t) => {
    const paths = files.map((name) => join(FIXTURES, name));
    const { output } = await execute(process.execPath, [TSC, ...STRICT, ...options, ...paths]);
    const problems = output.split("\n").filter((line) => line.includes(": error TS"));
    for (const name of files) {
      await t.test(name, () => {
        const own = problems.filter((line) => line.includes(`fixtures/${name}(`));
        assert.deepEqual(own, []);
      });
    }
    await t.test("the package's own declarations", () => {
      assert.deepEqual(
        problems.filter((line) => !line.includes("fixtures/")),
        [],
      );
      assert.ok(problems.length > 0 || output.trim() === "", output);
    });
  });
}
