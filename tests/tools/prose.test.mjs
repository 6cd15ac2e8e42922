// The patterns that CONTRIBUTING.md ("Words") rules out: 0 in docs, comments and names of tests.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/shared/run.mjs";

/** Each pattern, and a sentence that has it. */
const PATTERNS = {
  "a sentence that begins with Of": [/(?:^|[.:;] )Of /g, "Of a list, the rest."],
  "where for if": [
    /\b[Ww]here (?:it|that|the|there|they|nothing|one|a|an|no)\b/g,
    "Where there is one.",
  ],
  "is no": [/(?<!\b[Tt]here )\b(?:is|are) (?:no|none)\b(?! longer)/g, "It is no string."],
  "no role": [/\b(?:nobody|somebody|whoever|everybody)\b/gi, "Nobody knows."],
  "what as a noun": [/\bwhat\b(?! to do\b| (?:it|they) needs?\b)/gi, "Returns what it got."],
  "so many": [/\b(?:so|as) (?:many|often|long|far)\b/gi, "As often as needed."],
  "too at the end": [/, too\b/g, "In Deno, too."],
  "goes on": [/\bgo(?:es)? on\b/g, "The list goes on."],
  "comes back": [/\bcomes? (?:back|to|twice|from)\b/g, "It comes back."],
  "those that": [/\bthose (?:that|of)\b/gi, "Only those that failed."],
  "but for": [/\bbut for\b/gi, "All but for one."],
  "Whether as a comment": [/^Whether /g, "Whether it ended."],
  "look for check": [/\blooks?\b/gi, "It looks again."],
  "text for string": [/\btexts?\b/gi, "The text of an id."],
};

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
  (path) => path.endsWith(".md") && path !== "CHANGELOG.md",
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
test("in comments, and in names of tests: none", () => {
  const found = files
    .flatMap((path) =>
      [...commentsOf(read(path)), ...namesOf(read(path))].map((prose) => [path, prose]),
    )
    .flatMap(([path, prose]) =>
      Object.entries(PATTERNS)
        .filter(([, [pattern]]) => count(prose, pattern) > 0)
        .map(([name]) => `${path}: ${name}: ${prose}`),
    );
  assert.deepEqual(found, []);
});

test("each pattern finds its example", () => {
  for (const [name, [pattern, example]] of Object.entries(PATTERNS)) {
    assert.equal(count(example, pattern), 1, name);
  }
});

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

/** The names of the tests in a source file, without code. */
function namesOf(source) {
  const names = [...source.matchAll(/\btest\(\s*(["`])(.*?)\1/g)].map(([, , name]) => name);
  return names.map((name) => name.replaceAll(/`[^`]*`|\$\{[^}]*\}/g, "…"));
}
