// Browsers, bundlers, Deno, and whatever else: the wasm is part of the script, so that loading
// needs no file system, no second request and no bundler's plugin.
// A page's Content-Security-Policy must allow 'wasm-unsafe-eval'.

import { connect, connectList, connectRelay, runtime } from "../connect.js";
import { decode } from "../decode.js";
import { instantiate } from "../load.js";
import * as glue from "../wasm/full.js";
import { order, text } from "../wasm/full-inline.js";

export { BatchError, isBatchError } from "../errors.js";
export { ANTHROPIC_BETAS } from "../wasm/betas.js";

const call = /* @__PURE__ */ runtime(
  glue,
  /* @__PURE__ */ instantiate(() => decode(order, text)),
);

export const deleteBatch = /* @__PURE__ */ connect(call, "deleteBatch");
export const retrieveBatch = /* @__PURE__ */ connect(call, "retrieveBatch");
export const cancelBatch = /* @__PURE__ */ connect(call, "cancelBatch");
export const deleteBatches = /* @__PURE__ */ connect(call, "deleteBatches");
export const purgeBatches = /* @__PURE__ */ connect(call, "purgeBatches");
export const listBatches = /* @__PURE__ */ connectList(call);
export const createRelay = /* @__PURE__ */ connectRelay(call);
