// Cloudflare Workers: the wasm is imported as a compiled module, because bytes can't be compiled
// in a worker. Wrangler and Cloudflare's Vite plugin bundle it without configuration.

import { instanceOf, runtime } from "../connect.js";
import * as calls from "../run/call.js";
import * as jobs from "../run/job.js";
import * as lists from "../run/list.js";
import * as relays from "../run/relay.js";
import * as glue from "../wasm/full.js";
import module from "../wasm/full_bg.wasm";

export { BatchError, isBatchError } from "../errors.js";
export { ANTHROPIC_BETAS } from "../wasm/betas.js";

const call = /* @__PURE__ */ runtime(glue, /* @__PURE__ */ instanceOf(module));

export const deleteBatch = /* @__PURE__ */ calls.deleteBatch(call);
export const retrieveBatch = /* @__PURE__ */ calls.retrieveBatch(call);
export const cancelBatch = /* @__PURE__ */ calls.cancelBatch(call);
export const deleteBatches = /* @__PURE__ */ jobs.deleteBatches(call);
export const purgeBatches = /* @__PURE__ */ jobs.purgeBatches(call);
export const listBatches = /* @__PURE__ */ lists.listBatches(call);
export const createRelay = /* @__PURE__ */ relays.createRelay(call);
