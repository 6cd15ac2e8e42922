// For pages that count bytes: the wasm is a file of its own, fetched from next to this script at the
// first call, and compiled while it arrives. The bundler must copy the file that
// `new URL(..., import.meta.url)` names: Vite and webpack do, esbuild does not.

import { connect, connectList, connectRelay, runtime } from "../connect.js";
import { instantiate } from "../load.js";
import * as glue from "../wasm/full.js";
import { url } from "../wasm/full-url.js";

export { BatchError, isBatchError } from "../errors.js";
export { ANTHROPIC_BETAS } from "../wasm/betas.js";

const call = /* @__PURE__ */ runtime(
  glue,
  /* @__PURE__ */ instantiate(() => fetch(url())),
);

export const deleteBatch = /* @__PURE__ */ connect(call, "deleteBatch");
export const retrieveBatch = /* @__PURE__ */ connect(call, "retrieveBatch");
export const cancelBatch = /* @__PURE__ */ connect(call, "cancelBatch");
export const deleteBatches = /* @__PURE__ */ connect(call, "deleteBatches");
export const purgeBatches = /* @__PURE__ */ connect(call, "purgeBatches");
export const listBatches = /* @__PURE__ */ connectList(call);
export const createRelay = /* @__PURE__ */ connectRelay(call);
