// A Worker in a process of its own, for a test to kill. Its argument: variables as JSON.

import { startWorker } from "../../tools/start/worker.mjs";

const worker = await startWorker({
  vars: JSON.parse(process.argv[2]),
  consumer: { maxBatchTimeout: 0 },
});
console.log("running");
await worker.runCron();
