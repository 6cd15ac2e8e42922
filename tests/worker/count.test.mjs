// Dry runs and previews: the batches that a job would delete, and the odd ones that it leaves out.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  endOf,
  fill,
  idsOf,
  lastEnded,
  RETENTION_DAYS,
  startFor,
  startPreviewed,
  startWorld,
} from "./world.mjs";

const PATH = "/v1/messages/batches";
const DAY_S = 86_400;

test("a dry run counts, deletes nothing, and names the oldest, the newest and ten ids", async (t) => {
  const world = await startWorld(t);
  const create = async (days, count) =>
    (await world.create({ count, ageSeconds: days * DAY_S })).batches;
  const [oldest] = await create(30, 1);
  await fill(world, 2_498, 100);
  const [newest] = await create(RETENTION_DAYS + 0.5, 1);
  // The count before the job sends four requests. Then the first run fails, and the second ends after one page.
  const match = { method: "GET" };
  const refusal = { match, times: 3, status: 503, json: {}, headers: { "retry-after-ms": "1" } };
  await world.faults([{ match, times: 4 }, refusal, { match }, refusal]);
  const worker = await startFor(t, world, { vars: { RETENTION_DRY_RUN: "true" } });
  await worker.runCron();
  const job = await lastEnded(worker.call);
  assert.deepEqual([job.state, job.dry, job.listed, job.deleted], ["done", true, 2_500, 0]);
  const time = ({ created_at }) => Date.parse(created_at);
  assert.deepEqual([job.oldest, job.newest].map(Date.parse), [time(oldest), time(newest)]);
  assert.deepEqual([job.sample.length, job.sample[0]], [10, newest.id]);
  const { last } = (await worker.call("GET", "/retention")).body;
  assert.deepEqual([last.oldest, last.newest, last.sample], [job.oldest, job.newest, job.sample]);
  const { requests } = await world.requests();
  assert.ok(requests.every(({ method, path }) => method === "GET" && path.endsWith(PATH)));
});

test("entries of the list that can't be judged are named, and the others deleted", async (t) => {
  const world = await startWorld(t);
  const { young } = await fill(world, 3);
  const real = await list(world);
  const [good] = real.filter(({ id }) => !young.includes(id));
  const { id: _id, ...nameless } = good;
  const timeless = { ...good, id: "msgbatch_timeless", created_at: "soon" };
  const data = [null, "text", { ...nameless, created_at: real[0].created_at }, nameless, timeless];
  const json = { data: [...real, ...data], has_more: false, first_id: null, last_id: null };
  await world.faults([{ match: { method: "GET" }, times: null, status: 200, json }]);
  const { call } = await startFor(t, world);
  const { body: preview } = await call("GET", "/retention/preview");
  assert.deepEqual([preview.count, preview.unjudgedTotal], [3, 5]);
  assert.deepEqual(
    preview.unjudged.map(({ id, field }) => [id, field]),
    [...Array(4).fill([undefined, "id"]), ["msgbatch_timeless", "created_at"]],
  );
  const job = await endOf(call, (await startPreviewed(call)).id);
  assert.deepEqual([job.state, job.deleted, job.failed], ["done", 3, 0]);
  assert.deepEqual(job.unjudged, preview.unjudged);
  assert.deepEqual(await idsOf(world), young);
});

/** The batches as the API lists them. */
async function list(world) {
  const headers = { "x-api-key": "k", "anthropic-version": "2023-06-01" };
  const response = await fetch(`${world.url}${PATH}?limit=1000`, { headers });
  return (await response.json()).data;
}
