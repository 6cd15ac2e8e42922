// Browsers, bundlers, Deno, and whatever else: the wasm is part of the script, so that loading
// needs no file system, no second request and no bundler's plugin.
// A page's Content-Security-Policy must allow 'wasm-unsafe-eval'.

import { instantiate, runtime } from "../connect.js";
import { decode } from "../decode.js";
import * as calls from "../run/call.js";
import * as jobs from "../run/job.js";
import * as lists from "../run/list.js";
import * as relays from "../run/relay.js";
import * as glue from "../wasm/full.js";
import { order, text } from "../wasm/full-inline.js";

export { BatchError, isBatchError } from "../errors.js";
export { ANTHROPIC_BETAS } from "../wasm/betas.js";

const call = /* @__PURE__ */ runtime(
  glue,
  /* @__PURE__ */ instantiate(() => decode(order, text)),
);

export const deleteBatch = /* @__PURE__ */ calls.deleteBatch(call);
export const retrieveBatch = /* @__PURE__ */ calls.retrieveBatch(call);
export const cancelBatch = /* @__PURE__ */ calls.cancelBatch(call);
export const deleteBatches = /* @__PURE__ */ jobs.deleteBatches(call);
export const purgeBatches = /* @__PURE__ */ jobs.purgeBatches(call);
export const listBatches = /* @__PURE__ */ lists.listBatches(call);
export const createRelay = /* @__PURE__ */ relays.createRelay(call);
