// A Worker in a process of its own, for a test to kill. Its argument: options of startWorker as JSON.

import { startWorker } from "../../tools/start/worker.mjs";

const worker = await startWorker(JSON.parse(process.argv[2]));
console.log(worker.origin);
