// Cloudflare Workers: the wasm is imported as a compiled module, because bytes can't be compiled
// in a worker. Wrangler and Cloudflare's Vite plugin bundle it without configuration.

import { instanceOf, runtime } from "../../connect.js";
import * as calls from "../../run/call.js";
import * as glue from "../../wasm/core.js";
import module from "../../wasm/core_bg.wasm";

export { BatchError, isBatchError } from "../../errors.js";
export { ANTHROPIC_BETAS } from "../../wasm/betas.js";

const call = /* @__PURE__ */ runtime(glue, /* @__PURE__ */ instanceOf(module));

export const deleteBatch = /* @__PURE__ */ calls.deleteBatch(call);
export const retrieveBatch = /* @__PURE__ */ calls.retrieveBatch(call);
export const cancelBatch = /* @__PURE__ */ calls.cancelBatch(call);
