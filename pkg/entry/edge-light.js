// Vercel's edge runtime, and Next.js for it: as in Cloudflare Workers, but the import is marked
// with `?module`.

import { connect, connectList, connectRelay, runtime } from "../connect.js";
import { instanceOf } from "../load.js";
import * as glue from "../wasm/full.js";
import module from "../wasm/full-edge.js";

export { BatchError, isBatchError } from "../errors.js";
export { ANTHROPIC_BETAS } from "../wasm/betas.js";

const call = /* @__PURE__ */ runtime(glue, /* @__PURE__ */ instanceOf(module));

export const deleteBatch = /* @__PURE__ */ connect(call, "deleteBatch");
export const retrieveBatch = /* @__PURE__ */ connect(call, "retrieveBatch");
export const cancelBatch = /* @__PURE__ */ connect(call, "cancelBatch");
export const deleteBatches = /* @__PURE__ */ connect(call, "deleteBatches");
export const purgeBatches = /* @__PURE__ */ connect(call, "purgeBatches");
export const listBatches = /* @__PURE__ */ connectList(call);
export const createRelay = /* @__PURE__ */ connectRelay(call);
