// The loop of `listBatches`: yields batch by batch, and fetches pages as they are needed.

import { BatchError } from "../errors.js";
import * as n from "../wasm/numbers.js";
import { isDocument, newDocuments, reportAttempt } from "./parts.js";
import { encodeOptions } from "./values.js";
import { closeCall, isAborted, openCall, perform, within } from "./within.js";

/** Makes `listBatches`. */
export const listBatches = (runtime) =>
  async function* listBatches(options) {
    for (let loading = runtime.load(); loading; loading = runtime.load()) await loading;
    const { instance } = runtime;
    const kept = { __proto__: null };
    const given = encodeOptions(options, instance.tables[n.READ_LIST], kept);
    const { signal, filter } = kept;
    const documents = newDocuments();
    let action = instance.enter("open", n.READ_LIST, given, kept, isAborted(signal), -1);
    const number = action[0];
    let call;
    /** The waits of the list. Between two batches, nothing listens to the signal. */
    const wait = async (begin) => {
      call = openCall(instance.active, signal);
      try {
        return await begin(call);
      } finally {
        closeCall(instance.active, call);
      }
    };
    const decide = async (document) => [
      n.FILTERED,
      isDocument(document) && (await filter(document)) ? "t" : "",
    ];
    try {
      for (;;) {
        let event = [n.CONTINUED, ""];
        const value = action[3];
        switch (action[1]) {
          case n.BATCH: {
            const batch = documents.get(value);
            // A page may have entries that are not objects.
            if (isDocument(batch)) yield batch;
            break;
          }
          case n.KEEP_PAGE:
            documents.keep(value.document);
            break;
          case n.FILTER:
            event = await wait((call) => within(call, action[2], decide(documents.get(value))));
            break;
          case n.REPORT_ATTEMPT:
            reportAttempt(kept.onAttempt, value);
            break;
          case n.LIST_ENDED:
            return;
          case n.FAILED:
            throw new BatchError(value);
          case n.ABORTED:
            throw signal.reason;
          default:
            event = await wait((call) => perform(call, action, kept, instance.limits[n.IN_JOB]));
        }
        if (isAborted(signal)) throw signal.reason;
        action = instance.enter("step", number, 0, event[0], event[1], call?.exchange);
        // Its page would stay in memory until the next request.
        call = undefined;
      }
    } finally {
      instance.leave("close", number);
    }
  };
