// Deletions over a kept connection that breaks after the effect, in the runtime that loads this.

import { newWorld } from "./world.mjs";

const BROKEN = { match: { method: "DELETE" }, reset: "after" };
const REFUSED = {
  match: { method: "DELETE" },
  status: 400,
  body: "<html>",
  contentType: "text/html",
};

/** Resolves with the end of each kind of call, and with the number of DELETEs that arrived. */
export async function resendCalls(api, origin) {
  const world = newWorld(origin);
  // Another host name than that of the world's own requests, whose connections are kept alive.
  const baseURL = world.url.replace("127.0.0.1", "localhost");
  const options = { baseURL, apiKey: "k", maxRetries: 0 };
  const relay = api.createRelay({ baseURL, apiKey: "k", authorize: () => true, onError() {} });
  const outcomes = {};
  const bareFetch = async (id) => {
    const headers = { "x-api-key": "k", "anthropic-version": "2023-06-01" };
    const url = `${baseURL}/v1/messages/batches/${id}`;
    const response = await fetch(url, { method: "DELETE", headers });
    return (await response.text()) && response.status;
  };
  const run = async (name, fault, call) => {
    const { batches } = await world.create({ count: 3 });
    const ids = batches.map(({ id }) => id);
    // So that a connection is kept.
    await bareFetch(ids.pop());
    await world.faults([fault]);
    await world.clearRequests();
    const ended = await call(ids).catch(({ code }) => code);
    const { requests } = await world.requests();
    outcomes[name] = [ended, requests.map(isChunked)];
  };
  await run("a bare fetch", BROKEN, ([id]) => bareFetch(id));
  const deleteOne = async (id, more) => (await api.deleteBatch(id, { ...options, ...more })).type;
  await run("one call", BROKEN, ([id]) => deleteOne(id));
  await run("a retry", BROKEN, ([id]) => deleteOne(id, { maxRetries: 1 }));
  await run("a job", BROKEN, async (ids) => {
    const settings = { ...options, maxRetries: 1, concurrency: 1 };
    const { deleted, missing } = await api.deleteBatches(ids, settings);
    return { deleted, missing };
  });
  await run("a relay", BROKEN, async ([id]) => {
    const url = `https://relay.example/v1/messages/batches/${id}`;
    return (await relay(new Request(url, { method: "DELETE" }))).status;
  });
  await run("a refusal of chunks", REFUSED, ([id]) => deleteOne(id));
  return outcomes;
}

const isChunked = ({ headers }) =>
  headers.some(([name, value]) => /^transfer-encoding$/i.test(name) && value === "chunked");

/** The outcomes of a runtime that sends a DELETE without a body twice. */
export const EXPECTED = {
  "a bare fetch": [404, [false, false]],
  "one call": ["connection", [true]],
  "a retry": ["message_batch_deleted", [true, true]],
  "a job": [{ deleted: 2, missing: 0 }, [true, true, true]],
  "a relay": [502, [true]],
  "a refusal of chunks": ["message_batch_deleted", [true, false]],
};
