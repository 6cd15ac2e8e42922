// Sends requests to one relay, or to a new one each with `each`, and prints the heap after each round. Run
// with --expose-gc.

import { setImmediate as turn } from "node:timers/promises";
import { relayTo, SIGNED_IN } from "./options.mjs";

const ROUNDS = 6;
const REQUESTS = 2_000;
/** Consecutive collections that free nothing, after which the heap counts as clean. */
const FRUITLESS = 10;

const response = () => Response.json({ id: "x" }, { headers: { "request-id": "req_1" } });
const makeRelay = () => relayTo("http://api.example", { fetch: async () => response() });
const one = makeRelay();
const isEach = process.argv[2] === "each";
const heaps = [];
for (let round = 0; round < ROUNDS; round++) {
  for (let count = 0; count < REQUESTS; count++) {
    const { signal } = new AbortController();
    // Every other one is refused.
    const path = count % 2 ? "/api/v1/messages/batches/x" : "/api/v1/models";
    const headers = Object.fromEntries([SIGNED_IN]);
    const relay = isEach ? makeRelay() : one;
    const response = await relay(new Request(`http://relay.example${path}`, { headers, signal }));
    await response.text();
  }
  heaps.push(await settledHeap());
}
console.log(JSON.stringify(heaps));

/** Collects until nothing more is freed: a finalizer, which runs in a later turn, lets go of the rest. */
async function settledHeap() {
  let least = Number.POSITIVE_INFINITY;
  for (let fruitless = 0; fruitless < FRUITLESS; fruitless += 1) {
    await turn();
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    const used = heapUsed + external;
    if (used < least) {
      least = used;
      fruitless = 0;
    }
  }
  return least;
}
