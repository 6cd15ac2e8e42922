// Cloudflare Workers: the wasm is imported as a compiled module, because bytes can't be compiled
// in a worker. Wrangler and Cloudflare's Vite plugin bundle it without configuration.

import { connect, connectList, connectRelay, instantiateOnce } from "../connect.js";
import module from "../wasm/delete_message_batch_bg.wasm";

export { BatchError, isBatchError } from "../errors.js";
export { ANTHROPIC_BETAS } from "../wasm/betas.js";

const ready = /* @__PURE__ */ instantiateOnce(module);

export const deleteBatch = /* @__PURE__ */ connect(ready, "deleteBatch");
export const retrieveBatch = /* @__PURE__ */ connect(ready, "retrieveBatch");
export const cancelBatch = /* @__PURE__ */ connect(ready, "cancelBatch");
export const deleteBatches = /* @__PURE__ */ connect(ready, "deleteBatches");
export const purgeBatches = /* @__PURE__ */ connect(ready, "purgeBatches");
export const listBatches = /* @__PURE__ */ connectList(ready);
export const createRelay = /* @__PURE__ */ connectRelay(ready);
