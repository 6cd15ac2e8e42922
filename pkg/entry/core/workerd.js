// Cloudflare Workers: the wasm is imported as a compiled module, because bytes can't be compiled
// in a worker. Wrangler and Cloudflare's Vite plugin bundle it without configuration.

import { connect, runtime } from "../../connect.js";
import { instanceOf } from "../../load.js";
import * as glue from "../../wasm/core.js";
import module from "../../wasm/core-module.js";

export { BatchError, isBatchError } from "../../errors.js";
export { ANTHROPIC_BETAS } from "../../wasm/betas.js";

const call = /* @__PURE__ */ runtime(glue, /* @__PURE__ */ instanceOf(module));

export const deleteBatch = /* @__PURE__ */ connect(call, "deleteBatch");
export const retrieveBatch = /* @__PURE__ */ connect(call, "retrieveBatch");
export const cancelBatch = /* @__PURE__ */ connect(call, "cancelBatch");
