// `delete-message-batch/url`, for pages that count bytes: the wasm is a file of its own, fetched
// from next to this script at the first call, and compiled while it arrives. The bundler must
// copy the file that `new URL(..., import.meta.url)` names: Vite and webpack do, esbuild does not.

import { connect, connectList, connectRelay, loadOnce } from "../connect.js";

export { BatchError, isBatchError } from "../errors.js";
export { ANTHROPIC_BETAS } from "../wasm/betas.js";

const ready = /* @__PURE__ */ loadOnce(() =>
  fetch(new URL("../wasm/delete_message_batch_bg.wasm", import.meta.url)),
);

export const deleteBatch = /* @__PURE__ */ connect(ready, "deleteBatch");
export const retrieveBatch = /* @__PURE__ */ connect(ready, "retrieveBatch");
export const cancelBatch = /* @__PURE__ */ connect(ready, "cancelBatch");
export const deleteBatches = /* @__PURE__ */ connect(ready, "deleteBatches");
export const purgeBatches = /* @__PURE__ */ connect(ready, "purgeBatches");
export const listBatches = /* @__PURE__ */ connectList(ready);
export const createRelay = /* @__PURE__ */ connectRelay(ready);
