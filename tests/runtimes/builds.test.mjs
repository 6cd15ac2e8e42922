// A wasm of another build is refused when it is loaded, with a clear error, in every runtime.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FINGERPRINT, fingerprintOf, withFingerprint } from "../../tools/build/fingerprint.mjs";
import { wasmFile } from "../packaging/wasm-file.mjs";

const REFUSED = /this wasm belongs to another build: use files of one version$/;
const { instantiate, instanceOf } = await import("../../pkg/load.js");

const BUILDS = {};
for (const name of ["core", "full"]) {
  const { path, fingerprint } = wasmFile(name);
  const { glue } = await import(`../../pkg/wasm/${name}.js`);
  const wasm = readFileSync(path);
  // Without the section, whose head is three bytes.
  const plain = wasm.subarray(0, wasm.length - fingerprint.length - 3);
  BUILDS[name] = { glue, wasm, plain, fingerprint };
}

/** The wasm with the names of two neighbouring imports swapped, as another build could have them. */
function withSwappedImports(wasm) {
  const changed = Buffer.from(wasm);
  const [first, second] = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
  const at = ({ module, name }) => {
    const entry = Buffer.from([module.length, ...Buffer.from(module), name.length]);
    return wasm.indexOf(Buffer.concat([entry, Buffer.from(name)])) + entry.length;
  };
  assert.ok(first.name.length === second.name.length && at(first) > 8 && at(second) > 8);
  changed.write(second.name, at(first));
  changed.write(first.name, at(second));
  return changed;
}

const bytesOf = (wasm) => instantiate(() => wasm);
const responseOf = (wasm, type) =>
  instantiate(() => new Response(wasm, { headers: { "content-type": type } }));
const WAYS = {
  bytes: bytesOf,
  "a response that is compiled while it arrives": (wasm) => responseOf(wasm, "application/wasm"),
  "a response with another type": (wasm) => responseOf(wasm, "application/octet-stream"),
  "a compiled module": (wasm) => instanceOf(new WebAssembly.Module(wasm)),
};

for (const [name, { glue, wasm, plain, fingerprint }] of Object.entries(BUILDS)) {
  const swapped = withSwappedImports(plain);
  const others = Object.entries({
    "of the other module": BUILDS[name === "core" ? "full" : "core"].wasm,
    "with swapped imports": withFingerprint(swapped, fingerprintOf("", swapped)),
    "of an older build": withFingerprint(plain, "0badcafe"),
    "of a build without fingerprints": plain,
  });
  for (const [way, load] of Object.entries(WAYS)) {
    test(`${name} as ${way}: its own is taken, four others are refused`, async () => {
      assert.ok((await load(wasm)(glue)) instanceof WebAssembly.Instance);
      for (const [which, other] of others) {
        await assert.rejects(async () => load(other)(glue), { message: REFUSED }, which);
      }
    });
  }

  test(`${name}: the runtime alone takes a wasm with swapped imports`, async () => {
    await WebAssembly.instantiate(swapped, glue.imports());
  });

  test(`${name}: the fingerprint is in the glue, the wasm and the file's name`, () => {
    assert.match(fingerprint, /^[0-9a-f]{8}$/);
    assert.equal(glue.fingerprint, fingerprint);
    const text = readFileSync(new URL(`../../pkg/wasm/${name}.js`, import.meta.url), "utf8");
    const before = text.replace(fingerprint, FINGERPRINT);
    assert.equal(fingerprintOf(before, plain), fingerprint);
  });
}

test("a call by URL rejects in words, and the next one loads anew", async (t) => {
  const { fetch } = globalThis;
  t.after(() => {
    globalThis.fetch = fetch;
  });
  const served = [BUILDS.full.wasm, BUILDS.core.wasm];
  const requested = [];
  globalThis.fetch = async (url) => {
    requested.push(`${url}`);
    if (/\.wasm$/.test(url)) return new Response(served.shift());
    return Response.json({ id: "msgbatch_1", type: "message_batch_deleted" });
  };
  const { deleteBatch } = await import("delete-message-batch/core/url");
  const options = { apiKey: "k", baseURL: "https://api.example" };
  const refused = await deleteBatch("msgbatch_1", options).catch((error) => error);
  assert.equal(refused.code, "internal");
  assert.match(refused.message, REFUSED);
  assert.equal((await deleteBatch("msgbatch_1", options)).type, "message_batch_deleted");
  assert.ok(requested[0].endsWith(`/pkg/wasm/core-${BUILDS.core.fingerprint}.wasm`));
  assert.equal(requested.length, 3);
});
