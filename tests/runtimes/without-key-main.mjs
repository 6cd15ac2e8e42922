// Calls without a key, and prints each failure.

import { deleteBatch, deleteBatches, listBatches } from "delete-message-batch";

const report = ({ code, message }) => console.log(code, message);
await deleteBatch("msgbatch_1").catch(report);
await deleteBatches(["msgbatch_1"]).catch(report);
await listBatches().next().catch(report);
