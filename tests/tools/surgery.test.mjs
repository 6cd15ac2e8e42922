// The steps that rewrite generated code fail where they would change another number of matches.

import assert from "node:assert/strict";
import { test } from "node:test";
import { betasModule, publicDeclarations } from "../../tools/build/generated-parts.mjs";
import { rewriteGlue } from "../../tools/build/glue.mjs";

const CATCHING = `
function handleError(f, args) {
    try { return f.apply(this, args); } catch (e) { wasm.__wbindgen_exn_store(0); }
}
`;
const VIEW = `
function getDataViewMemory0() {
    return cachedDataViewMemory0;
}
`;
const IMPORTS = `
function __wbg_get_imports() {
    const import0 = {
        __wbg_plain_1: function(arg0) {
            return arg0;
        },
        __wbg_caught_2: function() { return handleError(function (arg0) {
            return arg0();
        }, arguments); },
    };
    return { "./core_bg.js": import0 };
}
export function run() { wasm.run(); }
`;
const TEXTS = `
let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
cachedTextDecoder.decode();
function decodeText(bytes) {
    return cachedTextDecoder.decode(bytes);
}
const cachedTextEncoder = new TextEncoder();
const encoders = [cachedTextEncoder.encode(arg), cachedTextEncoder.encodeInto(arg, view)];
`;
const LOADING = "\nlet wasmModule, wasmInstance, wasm;\n";
const NAMES = {
  imports: new Map([
    ["__wbg_plain_1", "b"],
    ["__wbg_caught_2", "c"],
  ]),
  exports: new Map([
    ["run", "d"],
    ["__wbindgen_start", "e"],
    ["__wbindgen_exn_store", "f"],
  ]),
};
const glue = (...parts) => [TEXTS, ...parts, LOADING, "the rest"].join("");

test("each step counts the matches that it replaced in the glue", () => {
  const { text, matches } = rewriteGlue(glue(CATCHING, VIEW, IMPORTS), NAMES);
  const texts = { DECODER: 1, ENCODER: 1, DECODE: 1, ENCODE: 2 };
  const others = { CATCHING: 1, VIEW: 1, GUARDED: 1, IMPORT: 2, MODULE: 1, EXPORT: 3 };
  assert.deepEqual(matches, { ...texts, ...others });
  assert.match(text, /catch \(thrown\) \{ keepThrown\(thrown\); \}/);
  assert.doesNotMatch(text, /^(let|const) cachedText\w+ = new/m);
  assert.doesNotMatch(text, /the rest|handleError|__wbg_(plain|caught)/);
});

for (const [name, text, message] of [
  [
    "another decoder",
    glue(CATCHING, VIEW, IMPORTS, "function f() { return cachedTextDecoder.decode(x); }"),
    /DECODE .* has 2 matches, not 1/,
  ],
  ["no loading", [CATCHING, VIEW, IMPORTS].join(""), /see LOADING/],
  ["no function that catches", glue(VIEW, IMPORTS), /CATCHING .* has 0 matches, not 1/],
  ["two of them", glue(CATCHING, CATCHING, VIEW, IMPORTS), /CATCHING .* has 2 matches, not 1/],
  ["no view of the memory", glue(CATCHING, IMPORTS), /VIEW .* has 0 matches, not 1/],
  [
    "an import that is guarded in another way",
    glue(CATCHING, VIEW, IMPORTS, "const other = () => handleError(f, []);"),
    /GUARDED .* has 1 matches, not 2/,
  ],
  [
    "an import that is written in another way",
    glue(CATCHING, VIEW, IMPORTS, "\n        __wbg_other_3: (arg0) => arg0,"),
    /IMPORT .* has 2 matches, not 3/,
  ],
  ["an export that the wasm lacks", glue(CATCHING, VIEW, IMPORTS, "wasm.gone();"), /no gone/],
]) {
  test(`the glue has ${name}: the build fails`, () => {
    assert.throws(() => rewriteGlue(text, NAMES), { message });
  });
}

test("an import of the wasm that the glue lacks fails the build", () => {
  const imports = new Map([...NAMES.imports, ["__wbg_other_3", "g"]]);
  assert.throws(() => rewriteGlue(glue(CATCHING, VIEW, IMPORTS), { ...NAMES, imports }), {
    message: /no __wbg_other_3/,
  });
});

test("declarations without the part that is cut off, or without the flags, fail the build", () => {
  assert.throws(() => publicDeclarations("export function f(): void;"), /no InitInput/);
  assert.throws(() => betasModule("export const OTHER = 1;"), /does not declare ANTHROPIC_BETAS/);
});
