// The same with `./core`.

import * as api from "delete-message-batch/core";
import { runSpec } from "../../runtimes/run-spec.mjs";

globalThis.specification = (settings) => runSpec({ api, ...settings });
