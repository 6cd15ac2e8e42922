// Counts the work of one delete, which is the same on every machine. If a number changes, so does the cost of a call:
// the change gives the reason.

import assert from "node:assert/strict";
import { test } from "node:test";

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";
const BODY = JSON.stringify({ id: ID, type: "message_batch_deleted" });
const HEADERS = {
  "content-type": "application/json",
  "content-length": `${BODY.length}`,
  "request-id": "req_011CSHoEeqs5C35K2UUqR7Fy",
};

const counts = {};
let memory;

function count(name) {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** Counts each call of a function of an object, and each construction. */
function watch(owner, name, as = name) {
  const original = owner[name];
  owner[name] = new Proxy(original, {
    apply(target, self, args) {
      count(as);
      return Reflect.apply(target, self, args);
    },
    construct(target, args, newTarget) {
      count(as);
      return Reflect.construct(target, args, newTarget === owner[name] ? target : newTarget);
    },
  });
}

/** Counts the calls between JavaScript and the wasm. */
function watchWasm() {
  const { Instance } = WebAssembly;
  const counted = (functions, as) =>
    Object.fromEntries(
      Object.entries(functions).map(([name, value]) => [
        name,
        typeof value === "function" ? watched(value, as) : value,
      ]),
    );
  const watched = (original, as) =>
    function (...args) {
      count(as);
      return original.apply(this, args);
    };
  // Only the entry for Node makes its instance synchronously. Node's own fetch also has a wasm, but makes it asynchronously.
  WebAssembly.Instance = function Counted(source, imports) {
    const asked = Object.fromEntries(
      Object.entries(imports).map(([name, module]) => [name, counted(module, "from wasm")]),
    );
    const instance = new Instance(source, asked);
    const exports = counted(instance.exports, "into wasm");
    memory = Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
    return { exports };
  };
}

for (const name of ["AbortController", "Headers", "Request", "URL", "setTimeout", "clearTimeout"]) {
  watch(globalThis, name);
}
watch(TextDecoder.prototype, "decode", "texts decoded");
watch(TextEncoder.prototype, "encodeInto", "texts encoded");
watch(JSON, "parse", "documents parsed");
watchWasm();

globalThis.fetch = async () => new Response(BODY, { headers: HEADERS });
const { deleteBatch } = await import("delete-message-batch");
const options = {
  apiKey: "sk-ant-key",
  betas: ["message-batches-2024-09-24"],
};
const once = () => deleteBatch(ID, options);

test("a delete does so much and no more", async () => {
  for (let left = 3; left > 0; left -= 1) await once();
  for (const name of Object.keys(counts)) delete counts[name];
  await once();
  assert.deepEqual(counts, {
    AbortController: 1,
    setTimeout: 1,
    clearTimeout: 1,
    "documents parsed": 1,
    "texts decoded": 5,
    // The arguments of `open` and of `step`.
    "texts encoded": 2,
    "from wasm": 6,
    // `open` and `step`, and the memory for the string of each.
    "into wasm": 4,
  });
});

test("the wasm's memory stays as large as it is", async () => {
  for (let left = 1_000; left > 0; left -= 1) await once();
  const before = memory.buffer.byteLength;
  for (let left = 20_000; left > 0; left -= 1) await once();
  assert.equal(memory.buffer.byteLength, before);
});
