// Calls the API without `baseURL`, with a key that is refused, and prints each failure. The responses are a stub's,
// because no test reaches the API itself.

import { deleteBatch, deleteBatches, listBatches } from "delete-message-batch";

const options = { apiKey: "k", fetch: async () => new Response("{}", { status: 401 }) };
const report = ({ code, message }) => console.log(code, message);
await deleteBatch("msgbatch_1", options).catch(report);
await deleteBatches(["msgbatch_1"], {
  ...options,
  onProgress: ({ outcome }) => outcome && report(outcome.error),
});
await listBatches(options).next().catch(report);
