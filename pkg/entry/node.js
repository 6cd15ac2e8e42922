// Node and Bun: the wasm is a file next to this one.

import { readFile } from "node:fs/promises";
import { connect, connectList, connectRelay, loadOnce } from "../connect.js";

export { BatchError, isBatchError } from "../errors.js";
export { ANTHROPIC_BETAS } from "../wasm/betas.js";

const ready = /* @__PURE__ */ loadOnce(async () => {
  try {
    return await readFile(new URL("../wasm/delete_message_batch_bg.wasm", import.meta.url));
  } catch {
    // A server bundle (esbuild, Rollup, ncc) has moved this code away from the file. The bundle
    // has the text, because of this very import.
    return (await import("../decode.js")).bytes();
  }
});

export const deleteBatch = /* @__PURE__ */ connect(ready, "deleteBatch");
export const retrieveBatch = /* @__PURE__ */ connect(ready, "retrieveBatch");
export const cancelBatch = /* @__PURE__ */ connect(ready, "cancelBatch");
export const deleteBatches = /* @__PURE__ */ connect(ready, "deleteBatches");
export const purgeBatches = /* @__PURE__ */ connect(ready, "purgeBatches");
export const listBatches = /* @__PURE__ */ connectList(ready);
export const createRelay = /* @__PURE__ */ connectRelay(ready);
