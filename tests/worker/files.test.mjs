// LEDGER_BUCKET: a file of the record for each day, in an R2 bucket.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Miniflare } from "miniflare";
import { writeDays } from "../../www/worker/record/files.js";
import { CLOCKED, entriesOf, startFor, startWorld } from "./world.mjs";

const DAY_MS = 86_400_000;
const NAME = "message-batches";
const dayOf = (at) => new Date(at).toISOString().slice(0, 10);

test("each day that is over gets one file, with the entries of that day", async (t) => {
  const world = await startWorld(t);
  const { batches } = await world.create({ count: 2 });
  const more = { r2Buckets: ["LEDGER_BUCKET"] };
  const worker = await startFor(t, world, { main: CLOCKED, more });
  const { call, runCron, origin, miniflare } = worker;
  const remove = ({ id }) => call("DELETE", `/api/v1/messages/batches/${id}`);
  // From noon on: a file is written some minutes after its day.
  const untilNoon = 1.5 * DAY_MS - (Date.now() % DAY_MS);
  const wait = (days) => fetch(`${origin}/_clock?offset=${untilNoon + days * DAY_MS}`);
  await wait(0);
  await remove(batches[0]);
  await runCron();
  const bucket = await miniflare.getR2Bucket("LEDGER_BUCKET", NAME);
  const keys = async () => (await bucket.list()).objects.map(({ key }) => key);
  assert.deepEqual(await keys(), [], "the day is not over");
  await wait(1);
  await remove(batches[1]);
  await runCron();
  const written = await keys();
  assert.equal(written.length, 1);
  const [{ time }] = await entriesOf(origin);
  assert.equal(written[0], `default/${dayOf(time)}.ndjson`);
  const file = await bucket.get(written[0]);
  const lines = (await file.text()).trim().split("\n").map(JSON.parse);
  const all = await entriesOf(origin);
  assert.deepEqual(
    lines,
    all.filter((entry) => dayOf(entry.time) === dayOf(time)),
  );
  assert.match(file.customMetadata.head, /^\d+\.[0-9a-f]{64}$/);
  // A day without entries has an empty file.
  await wait(4);
  await runCron();
  await runCron();
  assert.equal((await keys()).length, 4);
  assert.equal(
    (await bucket.get(`default/${dayOf(Date.parse(time) + 3 * DAY_MS)}.ndjson`)).size,
    0,
  );
});

test("a day of many parts is written whole, and a failed one leaves no part", async (t) => {
  const script = "export default { fetch: () => new Response() };";
  const miniflare = new Miniflare({ modules: true, script, r2Buckets: ["LEDGER_BUCKET"] });
  t.after(() => miniflare.dispose());
  const bucket = await miniflare.getR2Bucket("LEDGER_BUCKET");
  const time = "2026-11-01T00:00:00.000Z";
  const line = (seq) => `${JSON.stringify({ seq, time, message: "é".repeat(3_000) })}\n`;
  const pages = Array.from({ length: 25 }, (_, page) =>
    Array.from({ length: 100 }, (_, index) => line(page * 100 + index + 1)).join(""),
  );
  let day = Date.parse(time);
  let isBroken = true;
  const record = {
    head: () => `2500.${"0".repeat(64)}`,
    dayWithoutFile: () => (day === Date.parse(time) ? day : undefined),
    setDayWithoutFile: (next) => {
      day = next;
    },
    entries({ after }) {
      const at = after / 100;
      if (isBroken && at === 20) throw new Error("the object is gone");
      return { lines: pages[at], after: after + 100, isLast: at === pages.length - 1 };
    },
  };
  const env = { LEDGER_BUCKET: bucket, RETENTION: { idFromName: () => 0, get: () => record } };
  await assert.rejects(writeDays(env, "default"), /the object is gone/);
  assert.deepEqual((await bucket.list()).objects, []);
  isBroken = false;
  await writeDays(env, "default");
  const text = await (await bucket.get("default/2026-11-01.ndjson")).text();
  assert.ok(text === pages.join(""), `${text.length} characters`);
});
