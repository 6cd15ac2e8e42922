// Node and Bun: the wasm is a file next to this one.

import { readFile } from "node:fs/promises";
import { instantiate, runtime } from "../connect.js";
import * as calls from "../run/call.js";
import * as jobs from "../run/job.js";
import * as lists from "../run/list.js";
import * as relays from "../run/relay.js";
import * as glue from "../wasm/full.js";

export { BatchError, isBatchError } from "../errors.js";
export { ANTHROPIC_BETAS } from "../wasm/betas.js";

const call = /* @__PURE__ */ runtime(
  glue,
  /* @__PURE__ */ instantiate(async () => {
    try {
      // webpack and Rspack would emit the file beside the text, and their public path hides it.
      const url = new URL(/* webpackIgnore: true */ "../wasm/full_bg.wasm", import.meta.url);
      const file = await readFile(url);
      if (file.length === glue.size) return file;
    } catch {
      // The text is at hand.
    }
    // A server bundle (esbuild, Rollup, ncc) has moved this code away from the file, or the package was
    // upgraded since. The bundle has the text, because of these very imports.
    const { order, text } = await import("../wasm/full-inline.js");
    return (await import("../decode.js")).decode(order, text);
  }),
);

export const deleteBatch = /* @__PURE__ */ calls.deleteBatch(call);
export const retrieveBatch = /* @__PURE__ */ calls.retrieveBatch(call);
export const cancelBatch = /* @__PURE__ */ calls.cancelBatch(call);
export const deleteBatches = /* @__PURE__ */ jobs.deleteBatches(call);
export const purgeBatches = /* @__PURE__ */ jobs.purgeBatches(call);
export const listBatches = /* @__PURE__ */ lists.listBatches(call);
export const createRelay = /* @__PURE__ */ relays.createRelay(call);
