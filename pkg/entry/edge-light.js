// Vercel's edge runtime, and Next.js for it: as in Cloudflare Workers, but the import is marked
// with `?module`.

import { instanceOf, runtime } from "../connect.js";
import * as calls from "../run/call.js";
import * as jobs from "../run/job.js";
import * as lists from "../run/list.js";
import * as relays from "../run/relay.js";
import * as glue from "../wasm/full.js";
import module from "../wasm/full_bg.wasm?module";

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
