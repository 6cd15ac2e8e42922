// Browsers, bundlers, Deno, and whatever else: the wasm is part of the script, so that loading
// needs no file system, no second request and no bundler's plugin.
// A page's Content-Security-Policy must allow 'wasm-unsafe-eval'.

import { instantiate, runtime } from "../../connect.js";
import { decode } from "../../decode.js";
import * as calls from "../../run/call.js";
import * as glue from "../../wasm/core.js";
import { order, text } from "../../wasm/core-inline.js";

export { BatchError, isBatchError } from "../../errors.js";
export { ANTHROPIC_BETAS } from "../../wasm/betas.js";

const call = /* @__PURE__ */ runtime(
  glue,
  /* @__PURE__ */ instantiate(() => decode(order, text)),
);

export const deleteBatch = /* @__PURE__ */ calls.deleteBatch(call);
export const retrieveBatch = /* @__PURE__ */ calls.retrieveBatch(call);
export const cancelBatch = /* @__PURE__ */ calls.cancelBatch(call);
