// A worker that runs the specification.

import * as api from "delete-message-batch";
import { runSpec } from "../../runtimes/run-spec.mjs";

globalThis.onmessage = async ({ data }) => {
  globalThis.postMessage(await runSpec({ api, ...data }));
};
