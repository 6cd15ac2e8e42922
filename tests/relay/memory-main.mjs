// Sends requests to one relay, or to a new one each with `each`, and prints the heap after each round. Run
// with --expose-gc.

import { setTimeout as sleep } from "node:timers/promises";
import { relayTo, SIGNED_IN } from "./options.mjs";

const ROUNDS = 6;
const REQUESTS = 2_000;

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
  // What is collected first lets go of the rest.
  for (let times = 0; times < 2; times++) {
    await sleep(50);
    globalThis.gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  heaps.push(heapUsed + external);
}
console.log(JSON.stringify(heaps));
