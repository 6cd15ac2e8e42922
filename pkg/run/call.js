// The loop of one call: gets the next action from the wasm, awaits it, and passes its end back.

import { BatchError } from "../errors.js";
import * as n from "../wasm/numbers.js";
import { reportAttempt } from "./parts.js";
import { encode, encodeOptions } from "./values.js";
import { closeCall, isAborted, openCall, perform, release, throwIfOver } from "./within.js";

/** Makes the function that performs calls of one goal; src/border.rs has their numbers. */
const single = (name, goal) => (runtime) =>
  ({
    // An async function of its own, so that the stack of an error names the caller's line.
    [name]: async (id, options) => {
      for (let loading = runtime.load(); loading; loading = runtime.load()) await loading;
      const { instance } = runtime;
      const kept = { __proto__: null };
      const given = encode(id) + encodeOptions(options, instance.tables[goal], kept);
      let action = instance.enter("open", goal, given, kept, isAborted(kept.signal), -1);
      const call = openCall(instance.active, kept.signal);
      try {
        for (;;) {
          let event = [n.REPORTED, ""];
          switch (action[1]) {
            case n.DONE:
              return withRequestId(call.exchange.document, action[3]);
            case n.GONE:
              return withRequestId(action[3], action[4]);
            case n.FAILED:
              throw new BatchError(action[3]);
            case n.ABORTED:
              throw kept.signal.reason;
            case n.REPORT_ATTEMPT:
              reportAttempt(kept.onAttempt, action[3]);
              // An abort in `onAttempt` has no effect if the call ends with this attempt.
              if (!action[4]) throwIfOver(call);
              break;
            default:
              event = await perform(call, action, kept, instance.limits[n.IN_CALL]);
              release(call);
              throwIfOver(call);
          }
          action = instance.enter("step", action[0], 0, event[0], event[1], call.exchange);
        }
      } finally {
        closeCall(instance.active, call);
        if (action[1] < n.DONE) instance.leave("close", action[0]);
      }
    },
  })[name];

export const deleteBatch = /* @__PURE__ */ single("deleteBatch", n.DELETE);
export const retrieveBatch = /* @__PURE__ */ single("retrieveBatch", n.RETRIEVE);
export const cancelBatch = /* @__PURE__ */ single("cancelBatch", n.CANCEL);

/** The request's id is not enumerable, so that the result equals the document that the API sent. */
function withRequestId(document, requestId) {
  if (requestId !== undefined) {
    Object.defineProperty(document, "_request_id", { value: requestId, enumerable: false });
  }
  return document;
}
