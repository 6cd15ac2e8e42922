// A page that runs the specification when the test asks it to.

import * as api from "delete-message-batch";
import { runSpec } from "../../runtimes/run-spec.mjs";

globalThis.specification = (settings) => runSpec({ api, ...settings });
