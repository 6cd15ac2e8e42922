// Vercel's edge runtime, and Next.js for it: as in Cloudflare Workers, but the import is marked
// with `?module`.

import { connect, connectList, connectRelay, instantiateOnce } from "../connect.js";
import module from "../wasm/delete_message_batch_bg.wasm?module";

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
