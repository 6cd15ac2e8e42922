// The patterns that CONTRIBUTING.md ("Words") rules out: 0 in docs, comments and names of tests, and a ceiling
// for the comments of folders that are not rewritten yet.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/shared/run.mjs";

/** Each pattern, its ceiling, and a sentence that has it. Lower the ceiling when the count falls. */
const PATTERNS = {
  "a sentence that begins with Of": [/(?:^|[.:;] )Of /g, 1, "Of a list, the rest."],
  "where for if": [
    /\b[Ww]here (?:it|that|the|there|they|nothing|one|a|an|no)\b/g,
    8,
    "Where there is one.",
  ],
  "is no": [/(?<!\b[Tt]here )\b(?:is|are) (?:no|none)\b(?! longer)/g, 2, "It is no string."],
  "no role": [/\b(?:nobody|somebody|whoever|everybody)\b/gi, 3, "Nobody knows."],
  "what as a noun": [/\bwhat\b(?! to do\b| (?:it|they) needs?\b)/gi, 49, "Returns what it got."],
  "so many": [/\b(?:so|as) (?:many|often|long|far)\b/gi, 8, "As often as needed."],
  "too at the end": [/, too\b/g, 4, "In Deno, too."],
  "goes on": [/\bgo(?:es)? on\b/g, 2, "The list goes on."],
  "comes back": [/\bcomes? (?:back|to|twice|from)\b/g, 1, "It comes back."],
  "those that": [/\bthose (?:that|of)\b/gi, 4, "Only those that failed."],
  "but for": [/\bbut for\b/gi, 0, "All but for one."],
  "Whether as a comment": [/^Whether /g, 1, "Whether it ended."],
  "look for check": [/\blooks?\b/gi, 2, "It looks again."],
  "text for string": [/\btexts?\b/gi, 8, "The text of an id."],
};

/** The folders whose comments are not all rewritten: their counts have ceilings. */
const CEILINGS =
  /^(?:www\/(?!worker\/)|tests\/(?:browsers|firefox|policy|rust|webkit)\/|tools\/start\/)/;

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
const comments = files
  .filter((path) => CEILINGS.test(path))
  .flatMap((path) => commentsOf(read(path)));

test("in other comments, and in names of tests: none", () => {
  const found = files
    .filter((path) => !CEILINGS.test(path))
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

for (const [name, [pattern, most, example]] of Object.entries(PATTERNS)) {
  test(`in comments of folders with a ceiling: ${name}`, (t) => {
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

/** The names of the tests in a source file, without code. */
function namesOf(source) {
  const names = [...source.matchAll(/\btest\(\s*(["`])(.*?)\1/g)].map(([, , name]) => name);
  return names.map((name) => name.replaceAll(/`[^`]*`|\$\{[^}]*\}/g, "…"));
}
