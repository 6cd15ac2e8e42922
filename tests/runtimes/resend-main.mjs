// Deletes over a connection that breaks after the effect, in Deno or Bun; prints how each call ended
// and how often the request came. Arguments: the emulator's origin.

import process from "node:process";
import { deleteBatch } from "delete-message-batch";
import { newWorld } from "./world.mjs";

const world = newWorld(process.argv[2]);
const outcomes = [];
for (const headers of [{ connection: "close" }, {}]) {
  const { batches } = await world.create({ count: 2 });
  // Another host name than that of the world's own requests, whose connections are kept alive.
  const baseURL = world.url.replace("127.0.0.1", "localhost");
  const options = { baseURL, apiKey: "k", maxRetries: 0, headers };
  await deleteBatch(batches[0].id, options);
  await world.faults([{ match: { method: "DELETE" }, reset: "after" }]);
  await world.clearRequests();
  const ended = await deleteBatch(batches[1].id, options).then(
    () => "resolved",
    ({ code }) => code,
  );
  outcomes.push([ended, (await world.requests()).requests.length]);
}
console.log(JSON.stringify(outcomes));
process.exit(0);
