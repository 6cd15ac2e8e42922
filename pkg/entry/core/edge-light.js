// Vercel's edge runtime, and Next.js for it: as in Cloudflare Workers, but the import is marked
// with `?module`.

import { instanceOf, runtime } from "../../connect.js";
import * as calls from "../../run/call.js";
import * as glue from "../../wasm/core.js";
import module from "../../wasm/core_bg.wasm?module";

export { BatchError, isBatchError } from "../../errors.js";
export { ANTHROPIC_BETAS } from "../../wasm/betas.js";

const call = /* @__PURE__ */ runtime(glue, /* @__PURE__ */ instanceOf(module));

export const deleteBatch = /* @__PURE__ */ calls.deleteBatch(call);
export const retrieveBatch = /* @__PURE__ */ calls.retrieveBatch(call);
export const cancelBatch = /* @__PURE__ */ calls.cancelBatch(call);
