// For pages that count bytes: the wasm is a file of its own, fetched from next to this script at the
// first call, and compiled while it arrives. The bundler must copy the file that
// `new URL(..., import.meta.url)` names: Vite and webpack do, esbuild does not.

import { instantiate, runtime } from "../../connect.js";
import * as calls from "../../run/call.js";
import * as glue from "../../wasm/core.js";

export { BatchError, isBatchError } from "../../errors.js";
export { ANTHROPIC_BETAS } from "../../wasm/betas.js";

const call = /* @__PURE__ */ runtime(
  glue,
  /* @__PURE__ */ instantiate(() => fetch(new URL("../../wasm/core_bg.wasm", import.meta.url))),
);

export const deleteBatch = /* @__PURE__ */ calls.deleteBatch(call);
export const retrieveBatch = /* @__PURE__ */ calls.retrieveBatch(call);
export const cancelBatch = /* @__PURE__ */ calls.cancelBatch(call);
