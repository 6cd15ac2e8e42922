// The links of the docs: each leads to a file, and to a heading or an anchor of it. The index has each page; the pages
// for maintainers name files that exist.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/shared/run.mjs";

const read = (path) => readFileSync(join(ROOT, path), "utf8");
const docs = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
const pages = [
  ...["README.md", "CONTRIBUTING.md", "SECURITY.md", "pkg/README.md"],
  ...docs.map((name) => `docs/${name}`),
];

for (const page of pages) {
  test(`the links of ${page}`, () => {
    const text = read(page).replaceAll(/^```.*?^```$/gms, "");
    const wrong = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].filter(
      ([, path, anchor]) => {
        const target = path ? normalize(join(dirname(page), path)) : page;
        if (!existsSync(join(ROOT, target))) return true;
        return anchor !== undefined && !anchorsOf(read(target)).has(anchor);
      },
    );
    assert.deepEqual(
      wrong.map(([link]) => link),
      [],
    );
  });
}

test("docs/README.md has each page", () => {
  const index = read("docs/README.md");
  const missing = docs.filter((name) => name !== "README.md" && !index.includes(`](${name}`));
  assert.deepEqual(missing, []);
});

test("the README has at most 200 lines", () => {
  assert.ok(read("README.md").split("\n").length <= 201);
});

test("docs/errors.md has an anchor for each code, and pkg/README.md names each", () => {
  const types = read("pkg/types/errors.d.ts");
  const codes = [...types.matchAll(/^ {3}\* - `(\w+)`: /gm)].map(([, code]) => code);
  const generated = [...read("pkg/wasm/generated.d.ts").matchAll(/^ {2}\| "(\w+)"/gm)];
  for (const [, code] of generated) assert.ok(codes.includes(code) || code.includes("-"), code);
  assert.ok(codes.length >= 17);
  const page = read("docs/errors.md");
  const rows = [...page.matchAll(/^\| <a id="(\w+)"><\/a>`(\w+)` \|/gm)];
  assert.deepEqual(
    rows.map(([, anchor, code]) => [anchor, code]),
    codes.map((code) => [code, code]),
  );
  for (const code of codes) assert.ok(read("pkg/README.md").includes(`\`${code}\``), code);
});

for (const page of ["CONTRIBUTING.md", "docs/ARCHITECTURE.md"]) {
  test(`the files that ${page} names`, () => {
    const named = /`((?:policy|src|pkg|tests|tools|www|docs|examples)\/[\w./-]*)`/g;
    const missing = [...read(page).matchAll(named)]
      .map(([, path]) => path)
      .filter((path) => !existsSync(join(ROOT, path)));
    assert.deepEqual(missing, []);
  });
}

/** The anchors of a page: of its headings, and its own. */
function anchorsOf(text) {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
  const own = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id);
  return new Set([...headings, ...own]);
}
