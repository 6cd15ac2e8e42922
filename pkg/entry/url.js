// For pages that count bytes: the wasm is a file of its own, fetched from next to this script at the
// first call, and compiled while it arrives. The bundler must copy the file that
// `new URL(..., import.meta.url)` names: Vite and webpack do, esbuild does not.

import { instantiate, runtime } from "../connect.js";
import * as calls from "../run/call.js";
import * as jobs from "../run/job.js";
import * as lists from "../run/list.js";
import * as relays from "../run/relay.js";
import * as glue from "../wasm/full.js";

export { BatchError, isBatchError } from "../errors.js";
export { ANTHROPIC_BETAS } from "../wasm/betas.js";

const call = /* @__PURE__ */ runtime(
  glue,
  /* @__PURE__ */ instantiate(() => fetch(new URL("../wasm/full_bg.wasm", import.meta.url))),
);

export const deleteBatch = /* @__PURE__ */ calls.deleteBatch(call);
export const retrieveBatch = /* @__PURE__ */ calls.retrieveBatch(call);
export const cancelBatch = /* @__PURE__ */ calls.cancelBatch(call);
export const deleteBatches = /* @__PURE__ */ jobs.deleteBatches(call);
export const purgeBatches = /* @__PURE__ */ jobs.purgeBatches(call);
export const listBatches = /* @__PURE__ */ lists.listBatches(call);
export const createRelay = /* @__PURE__ */ relays.createRelay(call);
