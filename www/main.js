// The page: batches, deleted one by one or many at once, retention, and the log of what was sent.

import { startBanner } from "./banner.js";
import { reload, retryFailed, startBatches } from "./batches.js";
import { startById } from "./by-id.js";
import { startLog } from "./log.js";
import { readMode } from "./mode.js";
import { number } from "./numbers.js";
import { startResults } from "./results.js";
import { startRetention } from "./retention.js";
import { nextTask } from "./schedule.js";
import { startSettings } from "./settings.js";

const begin = () => Promise.all([readMode(), startRetention()]);

for (const start of [
  // The browser reads the data of its formats.
  () => number.format(0),
  startLog,
  startSettings,
  () => startResults({ onRetry: retryFailed }),
  startById,
  startBatches,
  () => startBanner(() => Promise.all([reload(), begin()])),
  begin,
]) {
  await nextTask();
  start();
}
