// The same with the entry that fetches the wasm by its URL.

import * as api from "delete-message-batch/url";
import { runSpec } from "../../runtimes/run-spec.mjs";

globalThis.specification = (settings) => runSpec({ api, ...settings });
