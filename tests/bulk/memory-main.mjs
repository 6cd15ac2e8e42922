// Deletes that many batches through a stubbed fetch, and prints its measurements as JSON.

import { deleteBatches } from "delete-message-batch";

const count = Number(process.argv[2]);
const concurrency = 64;
const samples = [];
let [inFlight, mostInFlight, pulled, done, mostAhead] = [0, 0, 0, 0, 0];

function* ids() {
  for (let index = 0; index < count; index += 1) {
    pulled += 1;
    mostAhead = Math.max(mostAhead, pulled - done);
    yield `msgbatch_${index}`;
  }
}

async function fetch(url) {
  inFlight += 1;
  mostInFlight = Math.max(mostInFlight, inFlight);
  await null;
  inFlight -= 1;
  const id = url.slice(url.lastIndexOf("/") + 1);
  return new Response(`{"id":"${id}","type":"message_batch_deleted"}`, {
    headers: { "content-type": "application/json" },
  });
}

function onProgress(progress) {
  done = progress.done;
  if (done % 100_000 !== 0) return;
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  samples.push({ done, heap: heapUsed, external });
}

const started = performance.now();
const report = await deleteBatches(ids(), { apiKey: "k", fetch, concurrency, onProgress });
const seconds = (performance.now() - started) / 1_000;
console.log(JSON.stringify({ report, concurrency, mostInFlight, mostAhead, samples, seconds }));
