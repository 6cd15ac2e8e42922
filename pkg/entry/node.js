// Node and Bun: the wasm is a file next to this one.

import { readFile } from "node:fs/promises";
import { connect, connectList, connectRelay, runtime } from "../connect.js";
import { instantiate } from "../load.js";
import * as glue from "../wasm/full.js";
import { file } from "../wasm/full-file.js";

export { BatchError, isBatchError } from "../errors.js";
export { ANTHROPIC_BETAS } from "../wasm/betas.js";

const call = /* @__PURE__ */ runtime(
  glue,
  /* @__PURE__ */ instantiate(async () => {
    try {
      const bytes = await readFile(file());
      // It ends with the fingerprint.
      if (bytes.toString("latin1", bytes.length - glue.fingerprint.length) === glue.fingerprint) {
        return bytes;
      }
    } catch {
      // The text is at hand.
    }
    // A server bundle (esbuild, Rollup, ncc) has moved this code away from the file, or the package was
    // upgraded since. The bundle has the text, because of these very imports.
    const { order, text } = await import("../wasm/full-inline.js");
    return (await import("../decode.js")).decode(order, text);
  }),
);

export const deleteBatch = /* @__PURE__ */ connect(call, "deleteBatch");
export const retrieveBatch = /* @__PURE__ */ connect(call, "retrieveBatch");
export const cancelBatch = /* @__PURE__ */ connect(call, "cancelBatch");
export const deleteBatches = /* @__PURE__ */ connect(call, "deleteBatches");
export const purgeBatches = /* @__PURE__ */ connect(call, "purgeBatches");
export const listBatches = /* @__PURE__ */ connectList(call);
export const createRelay = /* @__PURE__ */ connectRelay(call);
