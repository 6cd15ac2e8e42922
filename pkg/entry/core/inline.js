// Browsers, bundlers, Deno, and whatever else: the wasm is part of the script, so that loading
// needs no file system, no second request and no bundler's plugin.
// A page's Content-Security-Policy must allow 'wasm-unsafe-eval'.

import { connect, runtime } from "../../connect.js";
import { decode } from "../../decode.js";
import { instantiate } from "../../load.js";
import * as glue from "../../wasm/core.js";
import { order, text } from "../../wasm/core-inline.js";

export { BatchError, isBatchError } from "../../errors.js";
export { ANTHROPIC_BETAS } from "../../wasm/betas.js";

const call = /* @__PURE__ */ runtime(
  glue,
  /* @__PURE__ */ instantiate(() => decode(order, text)),
);

export const deleteBatch = /* @__PURE__ */ connect(call, "deleteBatch");
export const retrieveBatch = /* @__PURE__ */ connect(call, "retrieveBatch");
export const cancelBatch = /* @__PURE__ */ connect(call, "cancelBatch");
