// The page: a list of batches, a form for one by its id, and the log of what was sent.

import { startBatches } from "./batches.js";
import { startById } from "./by-id.js";
import { startLog } from "./log.js";

startLog();
startById();
startBatches();
