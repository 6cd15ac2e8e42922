// How the cost of a call grows with its arguments. Stubbed fetch, Node.

import { deleteBatch, deleteBatches, listBatches } from "delete-message-batch";
import { ID, stubbedFetch } from "./contenders.mjs";
import { summary } from "./statistics.mjs";

const ROUNDS = 5;
const common = { baseURL: "https://api.anthropic.com", apiKey: "key" };
const HEADERS = { "content-type": "application/json", "request-id": "req_1" };

function response(value) {
  const body = JSON.stringify(value);
  return new Response(body, { headers: { ...HEADERS, "content-length": `${body.length}` } });
}

async function deletingFetch(url) {
  const path = url.split("?", 1)[0];
  return response({ id: path.slice(path.lastIndexOf("/") + 1), type: "message_batch_deleted" });
}

function* ids(count) {
  for (let index = 0; index < count; index += 1) yield `msgbatch_${index}`;
}

const bulk = (count, concurrency) =>
  deleteBatches(ids(count), { ...common, fetch: deletingFetch, concurrency });

const repeat = async (count, call) => {
  for (let left = count; left > 0; left -= 1) await call();
};

const single = (id, more) => () => deleteBatch(id, { ...common, fetch: deletingFetch, ...more });

/** `[name, argument's size, calls, a function that runs that many calls]` */
function* cases() {
  for (const count of [1, 100, 10_000, 1_000_000]) {
    yield ["deletes in one deleteBatches", count, count, () => bulk(count, 16)];
  }
  for (const concurrency of [1, 4, 16, 64, 256]) {
    yield ["concurrency of deleteBatches", concurrency, 5_000, () => bulk(5_000, concurrency)];
  }
  for (const count of [0, 1, 5, 20]) {
    const betas = Array.from(
      { length: count },
      (_, index) => `some-beta-flag-2026-01-${10 + index}`,
    );
    yield ["betas of deleteBatch", count, 2_000, () => repeat(2_000, single(ID, { betas }))];
  }
  for (const length of [8, 32, 128, 256]) {
    const id = "i".repeat(length);
    yield ["length of the id", length, 2_000, () => repeat(2_000, single(id))];
  }
  for (const size of [20, 100, 1_000]) {
    yield ["batches on a page of listBatches", size, 10_000, () => list(10_000, size)];
  }
}

async function list(count, pageSize) {
  let made = 0;
  const page = () => {
    const data = Array.from({ length: pageSize }, () => {
      made += 1;
      return batch(`msgbatch_${made}`);
    });
    const ends = { first_id: data[0].id, last_id: data.at(-1).id };
    return response({ data, has_more: made < count, ...ends });
  };
  const options = { ...common, pageSize, fetch: async () => page() };
  for await (const _ of listBatches(options));
}

function batch(id) {
  return {
    id,
    type: "message_batch",
    processing_status: "ended",
    request_counts: { processing: 0, succeeded: 1, errored: 0, canceled: 0, expired: 0 },
    created_at: "2026-01-01T00:00:00Z",
    expires_at: "2026-01-02T00:00:00Z",
    ended_at: "2026-01-01T01:00:00Z",
    cancel_initiated_at: null,
    archived_at: null,
    results_url: null,
  };
}

export async function measure() {
  await repeat(3_000, () => deleteBatch(ID, { ...common, fetch: stubbedFetch }));
  await bulk(3_000, 16);
  await list(3_000, 100);
  const data = [];
  for (const [name, value, calls, run] of cases()) {
    const times = [];
    const rounds = calls > 100_000 ? 1 : ROUNDS;
    for (let round = 0; round < rounds; round += 1) {
      const start = process.cpuUsage();
      // A single call is too short for the clock.
      for (let left = Math.max(1, 100 / calls); left > 0; left -= 1) await run();
      const { user, system } = process.cpuUsage(start);
      times.push((user + system) / Math.max(calls, 100));
    }
    data.push({ name, value, ...summary(times) });
  }
  return {
    title: "How cost grows",
    unit: "µs of CPU for each delete, or each batch listed: median (quartiles)",
    columns: ["µs"],
    rows: data.map(({ name, value, median, low, high }) => ({
      name: `${name}: ${value}`,
      cells: [`${median.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`],
    })),
    goal: "linear",
    data,
  };
}
