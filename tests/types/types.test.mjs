// The types, as projects of both kinds see them. In the fixtures, @ts-expect-error marks the lines that must not
// compile; it is an error itself if the line compiles.

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
  // TypeScript also checks the package's own declarations.
  ...["--skipLibCheck", "false"],
];

/** Undici's declarations import Node's. */
const NEEDS_NODE = "fetch.ts";
/** The others use the types of the runtime. */
const ALONE = "without-globals.ts";
const files = readdirSync(FIXTURES).filter((name) => name.endsWith(".ts"));

/** The kinds of projects: their module resolution, the source of fetch's types, and their files. */
const PROJECTS = {
  "a bundler's project, with the DOM": {
    options: [
      ...["--module", "esnext", "--moduleResolution", "bundler"],
      ...["--lib", "es2022,dom,dom.iterable", "--types", ""],
    ],
    files: files.filter((name) => name !== NEEDS_NODE),
  },
  "a Node project, without the DOM": {
    options: [
      ...["--module", "nodenext", "--moduleResolution", "nodenext"],
      ...["--lib", "es2022", "--types", "node"],
    ],
    files,
  },
  "a project without the DOM and without Node's types": {
    options: [
      ...["--module", "nodenext", "--moduleResolution", "nodenext"],
      ...["--lib", "es2022", "--types", ""],
    ],
    files: [ALONE],
  },
  "a Worker's project, with Cloudflare's types": {
    options: [
      ...["--module", "esnext", "--moduleResolution", "bundler"],
      ...["--lib", "es2022", "--types", ""],
    ],
    files: ["workers/globals.d.ts", "workers/worker.ts"],
  },
};

for (const [project, { options, files }] of Object.entries(PROJECTS)) {
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
