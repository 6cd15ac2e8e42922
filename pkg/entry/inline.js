// Browsers, bundlers, Deno, and whatever else: the wasm is part of the script, so that loading
// needs no file system, no second request and no bundler's plugin.
// A page's Content-Security-Policy must allow 'wasm-unsafe-eval'.

import { connect, connectList, connectRelay, loadOnce } from "../connect.js";
import { bytes } from "../decode.js";

export { BatchError, isBatchError } from "../errors.js";
export { ANTHROPIC_BETAS } from "../wasm/betas.js";

const ready = /* @__PURE__ */ loadOnce(bytes);

export const deleteBatch = /* @__PURE__ */ connect(ready, "deleteBatch");
export const retrieveBatch = /* @__PURE__ */ connect(ready, "retrieveBatch");
export const cancelBatch = /* @__PURE__ */ connect(ready, "cancelBatch");
export const deleteBatches = /* @__PURE__ */ connect(ready, "deleteBatches");
export const purgeBatches = /* @__PURE__ */ connect(ready, "purgeBatches");
export const listBatches = /* @__PURE__ */ connectList(ready);
export const createRelay = /* @__PURE__ */ connectRelay(ready);
