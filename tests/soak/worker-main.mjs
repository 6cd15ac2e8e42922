// The soak in a worker: a request runs a round, or measures.

import * as api from "delete-message-batch";
import { round } from "./round.mjs";
import { wasmMemory } from "./wasm-memory.mjs";

export default {
  async fetch(request) {
    const { run } = await request.json();
    if (run) return Response.json(await round({ api, ...run }));
    const { bytes, instances } = wasmMemory();
    return Response.json({ wasm: bytes, instances });
  },
};
