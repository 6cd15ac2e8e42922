// The steps that rewrite generated code fail if they would change another number of places.

import assert from "node:assert/strict";
import { test } from "node:test";
import { betasModule, publicDeclarations } from "../../tools/build/generated-parts.mjs";
import { rewriteGlue } from "../../tools/build/glue.mjs";

const RUN = "/** Runs the wasm. */\nexport function run() { wasm.run(); }\n";
const IMPORTS = `
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_plain_1: function(arg0) {
            return arg0;
        },
        __wbg_caught_2: function() { return handleError(function (arg0) {
            return arg0();
        }, arguments); },
    };
    return {
        __proto__: null,
        "./core_bg.js": import0,
    };
}
`;
const VIEW = "let cachedUint8ArrayMemory0 = null;\n";
const CODERS = `
let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
cachedTextDecoder.decode();
const cachedTextEncoder = new TextEncoder();
const coders = () => [cachedTextDecoder, cachedTextEncoder];
`;
const INSTANCE = `
let wasmModule, wasmInstance, wasm;
function __wbg_finalize_init(instance, module) {
    wasmInstance = instance;
    wasm = instance.exports;
    wasmModule = module;
    cachedUint8ArrayMemory0 = null;
    wasm.__wbindgen_start();
    return wasm;
}
`;
const LOADING = `
async function __wbg_load(module, imports) { return WebAssembly.instantiate(module, imports); }
function initSync(module) { if (wasm !== undefined) return wasm; }
async function __wbg_init(path) { if (wasm !== undefined) return wasm; }
export { initSync, __wbg_init as default };
`;
const STRINGS = `
function passStringToWasm0(arg, malloc, realloc) {
    if (realloc === undefined) {
        return 0;
    }
    let len = arg.length;
    let ptr = malloc(len, 1) >>> 0;
    const mem = new Uint8Array(8);
    let offset = 0;
    for (; offset < len; offset++) {
        mem[ptr + offset] = arg.charCodeAt(offset);
    }
    return [mem, offset];
}
`;
const PARTS = { STRINGS, RUN, IMPORTS, VIEW, CODERS, INSTANCE, LOADING };
const NAMES = {
  imports: new Map([
    ["__wbg_plain_1", "b"],
    ["__wbg_caught_2", "c"],
  ]),
  exports: new Map([
    ["run", "d"],
    ["__wbindgen_start", "$"],
  ]),
};

/** The glue, some of its parts changed. */
const glue = (changed = {}) => Object.values({ ...PARTS, ...changed }).join("");

test("each step counts the places that it replaced in the glue", async () => {
  const { text, replaced } = await rewriteGlue(glue(), NAMES);
  assert.deepEqual(replaced, { LOADING: 1, IMPORTS: 3, STRINGS: 1, EXPORTS: 2, CODERS: 2 });
  assert.match(
    text,
    /export const glue = \{ run, imports: __wbg_get_imports, start, fingerprint: "fingerprint of the build" \};/,
  );
  assert.match(text, /wasm\["d"\]\(\)/);
  assert.match(text, /wasm\["\$"\]\(\)/);
  assert.match(text, /a: import0/);
  assert.doesNotMatch(text, /^(let|const) \w+ = new/m);
  assert.doesNotMatch(text, /Runs the wasm|__wbg_(load|init|plain|caught)\b|initSync|_bg\.js/);
});

test("an import that wasm-opt removed is left out", async () => {
  const imports = new Map([["__wbg_plain_1", "b"]]);
  const { text } = await rewriteGlue(glue(), { ...NAMES, imports });
  assert.match(text, /"b": function\(arg0\)/);
  assert.doesNotMatch(text, /caught/);
});

test("the glue that the steps make is JavaScript, and makes the coders with an instance", async () => {
  const { text } = await rewriteGlue(glue(), NAMES);
  const code = `${text.replace("export const glue", "const glue")}
    return { ...glue, imports: __wbg_get_imports(), coders, passStringToWasm0 };`;
  const made = new Function("handleError", code)((f, given) => f(...given));
  assert.equal(made.imports.a.b(7), 7);
  assert.equal(
    made.imports.a.c(() => 8),
    8,
  );
  assert.deepEqual(made.coders(), [undefined, undefined]);
  let started = 0;
  made.start({ exports: { $: () => (started += 1) } });
  assert.equal(started, 1);
  assert.ok(made.coders()[0] instanceof TextDecoder);
  // A whole string only if it is ASCII: the code that follows encodes any other.
  for (const [text, end] of [
    ["abc", 3],
    ["", 0],
    ["aé", 0],
    ["a\ud800", 0],
  ]) {
    const [memory, offset] = made.passStringToWasm0(text, () => 2);
    assert.equal(offset, end, text);
    if (end > 0)
      assert.equal(
        Buffer.from(memory)
          .subarray(2, 2 + end)
          .toString(),
        text,
      );
  }
});

for (const [name, changed, message] of [
  ["no loading", { LOADING: "export { run as other };" }, /LOADING .* has 0 places, not 1/],
  [
    "a use of an export in another form",
    { RUN: "export function run() { wasm?.run(); }\n" },
    /EXPORTS .* has 1 places, not 2/,
  ],
  [
    "an export by its name in quotes",
    { RUN: 'export function run() { wasm["run"](); wasm.run(); }\n' },
    /EXPORTS .* has 2 places, not 3/,
  ],
  [
    "another loop over the characters of a string",
    { STRINGS: STRINGS.replace("offset++", "offset += 1") },
    /STRINGS .* has 0 places, not 1/,
  ],
  ["an export that the wasm lacks", { RUN: "export const run = () => wasm.gone();" }, /no gone/],
  [
    "a view of the memory that outlives an instance",
    { VIEW: `${VIEW}let cachedInt32ArrayMemory0 = null;\n` },
    /keeps cachedInt32ArrayMemory0/,
  ],
  [
    "another object that is made at the import",
    { VIEW: `${VIEW}const registry = new FinalizationRegistry(run);\n` },
    /CODERS .* has 2 places, not 3/,
  ],
  [
    "an import that is written in another way",
    { IMPORTS: IMPORTS.replace("        __wbg_caught", "        __wbg_x_3: (arg0) => arg0,\n$&") },
    /IMPORTS .* has 3 places, not 4/,
  ],
  [
    "a module of imports without a function of the glue around them",
    { IMPORTS: IMPORTS.replace("import0,\n    }", 'import0,\n        "./x.js": import1\n    }') },
    /IMPORTS .* has 3 places, not 4/,
  ],
]) {
  test(`the glue has ${name}: the build fails`, async () => {
    await assert.rejects(rewriteGlue(glue(changed), NAMES), { message });
  });
}

test("an import of the wasm that the glue lacks fails the build", async () => {
  const imports = new Map([...NAMES.imports, ["__wbg_other_3", "g"]]);
  await assert.rejects(rewriteGlue(glue(), { ...NAMES, imports }), { message: /no __wbg_other_3/ });
});

test("declarations without the part that is cut off, or without the flags, fail the build", () => {
  assert.throws(() => publicDeclarations("export function f(): void;"), /no InitInput/);
  assert.throws(() => betasModule("export const OTHER = 1;"), /does not declare ANTHROPIC_BETAS/);
});
