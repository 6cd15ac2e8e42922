// The same with `./core/url`.

import * as api from "delete-message-batch/core/url";
import { runSpec } from "../../runtimes/run-spec.mjs";

globalThis.specification = (settings) => runSpec({ api, ...settings });
