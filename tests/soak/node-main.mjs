// The soak in Node, in a process of its own. `{ run: settings }` runs a round, `{ sample: true }` measures.

import process from "node:process";
import { wasmMemory } from "./wasm-memory.mjs";

const api = await import("delete-message-batch");
const { round } = await import("./round.mjs");

process.on("message", async ({ id, run }) => {
  try {
    process.send({ id, result: run ? await round({ api, ...run }) : sample() });
  } catch (error) {
    process.send({ id, error: error.stack });
  }
});
process.on("disconnect", () => process.exit());
process.send({ id: "ready" });

function sample() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  const { bytes, instances } = wasmMemory();
  return { heap: heapUsed, wasm: bytes, rss, instances };
}
