// Deletes a number of batches of a stubbed API with one deleteBatches, and prints the memory in use twice: after
// three tenths, when the job remembers its maximum of ids, and at the end.

import { deleteBatches } from "delete-message-batch";

const count = Number(process.argv[2]);
/** How much of the work warms up. */
const WARM = 0.3;
const found = {};

function look(name) {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  found[name] = { heap: heapUsed, wasm: external + arrayBuffers };
}

function* ids() {
  for (let index = 0; index < count; index += 1) {
    if (index === count * WARM) look("early");
    yield `msgbatch_${index}`;
  }
}

const headers = { "content-type": "application/json", "request-id": "req_1" };
await deleteBatches(ids(), {
  apiKey: "key",
  concurrency: 16,
  async fetch(url) {
    const id = url.slice(url.lastIndexOf("/") + 1);
    const body = JSON.stringify({ id, type: "message_batch_deleted" });
    return new Response(body, { headers: { ...headers, "content-length": `${body.length}` } });
  },
});
look("late");
console.log(JSON.stringify(found));
