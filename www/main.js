// The page: a list of batches, a form for one by its id, retention, and the log of what was sent.

import { startBatches } from "./batches.js";
import { startById } from "./by-id.js";
import { startLog } from "./log.js";
import { readMode } from "./mode.js";
import { startRetention } from "./retention.js";

startLog();
startById();
startBatches();
await readMode();
startRetention();
