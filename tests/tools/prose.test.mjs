// The patterns that CONTRIBUTING.md ("Words") rules out: 0 in the docs and in the comments of the product, and a
// ceiling for the other comments.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/shared/run.mjs";

/** Each pattern, its ceiling in comments, and a sentence that has it. Lower the ceiling when the count falls. */
const PATTERNS = {
  "a sentence that begins with Of": [/(?:^|[.:;] )Of /g, 3, "Of a list, the rest."],
  "where for if": [
    /\b[Ww]here (?:it|that|the|there|they|nothing|one|a|an|no)\b/g,
    9,
    "Where there is one.",
  ],
  "is no": [/(?<!\b[Tt]here )\b(?:is|are) (?:no|none)\b(?! longer)/g, 3, "It is no string."],
  "no role": [/\b(?:nobody|somebody|whoever|everybody)\b/gi, 3, "Nobody knows."],
  "what as a noun": [/\bwhat\b(?! to do\b| (?:it|they) needs?\b)/gi, 75, "Returns what it got."],
  "so many": [/\b(?:so|as) (?:many|often|long|far)\b/gi, 8, "As often as needed."],
  "too at the end": [/, too\b/g, 6, "In Deno, too."],
  "goes on": [/\bgo(?:es)? on\b/g, 2, "The list goes on."],
  "comes back": [/\bcomes? (?:back|to|twice|from)\b/g, 1, "It comes back."],
  "those that": [/\bthose (?:that|of)\b/gi, 7, "Only those that failed."],
  "but for": [/\bbut for\b/gi, 0, "All but for one."],
  "Whether as a comment": [/^Whether /g, 1, "Whether it ended."],
  "look for check": [/\blooks?\b/gi, 3, "It looks again."],
  "text for string": [/\btexts?\b/gi, 10, "The text of an id."],
};

/** The exceptions: pages that a command writes, and pages that are not rewritten yet. */
const EXCEPTIONS = new Set([
  "CHANGELOG.md",
  "docs/audit.md",
  "docs/consumers.md",
  "docs/sdk-comparison.md",
  "docs/simulation.md",
  "docs/ten-million.md",
  "docs/worker.md",
]);

const read = (path) => readFileSync(join(ROOT, path), "utf8");
/** The files of a folder, without generated files and other packages. */
const filesIn = (folder) =>
  readdirSync(join(ROOT, folder), { recursive: true })
    .map((name) => `${folder}/${name}`.replaceAll("\\", "/"))
    .filter(
      (path) =>
        !/^pkg\/(?:cjs|deno|entry|wasm)\/|^www\/worker\/assets\/|\/(?:node_modules|target|\.\w+)\//.test(
          path,
        ),
    );

const sources = ["policy", "src", "pkg", "tools", "www", "tests"].flatMap(filesIn);
const pages = [...readdirSync(ROOT), ...["docs", "examples"].flatMap(filesIn), ...sources].filter(
  (path) => path.endsWith(".md") && !EXCEPTIONS.has(path),
);

for (const page of pages) {
  test(page, () => {
    const found = parts(read(page)).flatMap((part) =>
      Object.entries(PATTERNS)
        .filter(([, [pattern]]) => count(part, pattern) > 0)
        .map(([name]) => `${name}: ${part}`),
    );
    assert.deepEqual(found, []);
  });
}

const files = sources.filter((path) => /\.(?:rs|m?js|ts)$/.test(path));
const comments = files.flatMap((path) => commentsOf(read(path)));

test("in comments of the product: none", () => {
  const found = files
    .filter((path) => /^(?:policy|src|pkg)\//.test(path))
    .flatMap((path) => commentsOf(read(path)).map((comment) => [path, comment]))
    .flatMap(([path, comment]) =>
      Object.entries(PATTERNS)
        .filter(([, [pattern]]) => count(comment, pattern) > 0)
        .map(([name]) => `${path}: ${name}: ${comment}`),
    );
  assert.deepEqual(found, []);
});

for (const [name, [pattern, most, example]] of Object.entries(PATTERNS)) {
  test(`in comments: ${name}`, (t) => {
    assert.equal(count(example, pattern), 1, "the pattern finds its example");
    const all = comments.reduce((sum, comment) => sum + count(comment, pattern), 0);
    t.diagnostic(`${name}: ${all} of at most ${most}`);
    assert.ok(all <= most, `${all} instead of at most ${most}`);
  });
}

test("a pattern is found across lines, in a cell, in each kind of comment, and not in code", () => {
  const page =
    "# Title\n\nThis goes\non.\n\n| a | it goes on |\n\n`goes on`\n\n```js\n// goes on\n```\n";
  const found = parts(page).map((part) => count(part, PATTERNS["goes on"][0]));
  assert.deepEqual(found.filter(Boolean), [1, 1]);
  const source =
    '/// It goes\n/// on.\nlet x = "goes on";\n// Goes on?\n/* It goes\n on. */\n/**\n * It goes\n * on.\n */\n';
  const sum = commentsOf(source).map((comment) => count(comment, PATTERNS["goes on"][0]));
  assert.deepEqual(sum, [1, 0, 1, 1]);
});

function count(text, pattern) {
  return text.match(pattern)?.length ?? 0;
}

/** The paragraphs, items and cells of a page, each in one line, without code and the addresses of links. */
function parts(page) {
  const prose = page
    .replaceAll(/^```.*?^```$/gms, "")
    .replaceAll(/<!--.*?-->/gs, "")
    .replaceAll(/`[^`]*`/g, "`…`")
    .replaceAll(/\]\([^)]*\)/g, "]");
  const blocks = prose.split(/\n\s*\n|\n(?=\s*(?:[-*|#]|\d+\.) ?)|(?<=\|) | (?=\|)/);
  return blocks
    .map((part) =>
      part
        .replaceAll(/\s+/g, " ")
        .replace(/^[\s#|*-]+/, "")
        .trim(),
    )
    .filter(Boolean);
}

/** The comments of a source file, each in one line, without code. */
function commentsOf(source) {
  const blocks = source.match(/\/\*.*?\*\/|(?:^[ \t]*\/\/[^\n]*\n?)+/gms) ?? [];
  return blocks.map((block) =>
    block
      .replaceAll(/^\s*(?:\/\*+|\*+\/|\*|\/\/[/!]?)/gm, "")
      .replaceAll(/\*\/$/g, "")
      .replaceAll(/`[^`]*`/g, "`…`")
      .replaceAll(/\s+/g, " ")
      .trim(),
  );
}
