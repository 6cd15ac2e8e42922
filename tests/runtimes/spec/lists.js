// The list: listBatches, and purgeBatches, which deletes from it.

import { assertDeleted, ended, received, refusal, thrown } from "./support.js";

const DAY_MS = 86_400_000;
const PATH = "/v1/messages/batches";
const MANY_PAGES = 5_000;

export const cases = [
  {
    name: "listBatches: every page, newest first",
    run: async (t) => {
      const ids = (await ended(t, 25)).reverse();
      for (const pageSize of [3, 25, 1000]) {
        await t.world.clearRequests();
        const listed = [];
        for await (const batch of t.api.listBatches({ ...t.options, pageSize })) {
          t.assert.equal(batch.type, "message_batch");
          listed.push(batch.id);
        }
        t.assert.equal(listed.length, 25);
        t.assert.deepEqual([...listed].sort(), [...ids].sort());
        const calls = await received(t);
        t.assert.equal(calls.length, Math.ceil(25 / pageSize));
        t.assert.equal(calls[0], `GET /v1/messages/batches?limit=${pageSize}`);
      }
    },
  },
  {
    name: "after: a list and a purge begin there; one that is gone falls back to the start",
    run: async (t) => {
      const ids = (await ended(t, 10)).reverse();
      const list = async (after) => {
        const listed = [];
        const options = { ...t.options, after, pageSize: 5 };
        for await (const { id } of t.api.listBatches(options)) listed.push(id);
        return listed;
      };
      t.assert.deepEqual(await list(ids[3]), ids.slice(4));
      await t.world.clearRequests();
      const report = await t.api.purgeBatches({ ...t.options, after: ids[6], all: true });
      t.assert.deepEqual([report.deleted, report.total], [3, 3]);
      t.assert.ok((await received(t)).includes(`GET ${PATH}?limit=1000&after_id=${ids[6]}`));
      await t.api.deleteBatch(ids[3], t.options);
      t.assert.deepEqual(await list(ids[3]), [...ids.slice(0, 3), ...ids.slice(4, 7)]);
      const wrong = t.api.purgeBatches({ ...t.options, after: "../models", all: true });
      await refusal(t, wrong, { code: "invalid_option", message: /^after must be/ });
    },
  },
  {
    name: "listBatches: breaking out stops the fetching; listed batches may be deleted",
    run: async (t) => {
      await ended(t, 20);
      let seen = 0;
      for await (const { id } of t.api.listBatches({ ...t.options, pageSize: 4 })) {
        await t.api.deleteBatch(id, t.options);
        seen += 1;
        if (seen === 12) break;
      }
      const lists = (await received(t)).filter((call) => call.startsWith("GET"));
      t.assert.ok(lists.length <= 4, `${lists.length} pages`);
      t.assert.equal((await t.world.batches()).deleted.length, 12);
    },
  },
  {
    name: "listBatches: a page that fails is tried again; one that fails for good rejects",
    run: async (t) => {
      await ended(t, 6);
      const headers = { "retry-after-ms": "1" };
      await t.world.faults([{ match: { method: "GET" }, status: 503, headers }]);
      const listed = [];
      for await (const { id } of t.api.listBatches(t.options)) listed.push(id);
      t.assert.equal(listed.length, 6);
      await t.world.faults([{ match: { method: "GET" }, status: 403, times: null }]);
      const failing = t.api.listBatches(t.options).next();
      await refusal(t, failing, {
        code: "permission",
        message: /^GET \/v1\/messages\/batches: 403/,
      });
    },
  },
  {
    name: "listBatches: filters, limit, and a filter of the caller's own",
    run: async (t) => {
      await ended(t, 5, { ageSeconds: 40 * 86_400 });
      await ended(t, 5);
      await t.world.create({ status: "in_progress", count: 2 });
      const count = async (options) => {
        let listed = 0;
        for await (const _ of t.api.listBatches({ ...t.options, ...options })) listed += 1;
        return listed;
      };
      t.assert.equal(await count({}), 12);
      t.assert.equal(await count({ limit: 7, pageSize: 2 }), 7);
      t.assert.equal(await count({ status: "in_progress" }), 2);
      t.assert.equal(await count({ createdBefore: "30d" }), 5);
      t.assert.equal(await count({ endedBefore: new Date(Date.now() - 30 * DAY_MS) }), 5);
      t.assert.equal(
        await count({ createdBefore: new Date(Date.now() + DAY_MS).toISOString() }),
        12,
      );
      t.assert.equal(await count({ filter: ({ processing_status: s }) => s === "ended" }), 10);
      t.assert.equal(await count({ filter: async () => false }), 0);
      const error = new Error("mine");
      const filter = () => {
        throw error;
      };
      t.assert.equal(await thrown(t, t.api.listBatches({ ...t.options, filter }).next()), error);
    },
  },
  {
    name: "after is a bound of a purge: one that the API refuses deletes nothing",
    run: async (t) => {
      await ended(t, 3);
      const gone = { ...t.options, after: "msgbatch_typo" };
      const beta = { type: "invalid_request_error", message: "beta not allowed" };
      const refused = { status: 400, json: { type: "error", error: beta }, times: null };
      await refusal(t, t.api.purgeBatches({ ...gone, all: true }), {
        code: "bad_request",
      });
      await t.world.faults([{ ...refused, match: { method: "GET" } }]);
      for (const selection of [{ all: true }, { endedBefore: new Date(0) }]) {
        await refusal(t, t.api.purgeBatches({ ...gone, ...selection }), { code: "bad_request" });
      }
      await t.world.clearFaults();
      // A time in the future does not protect the young.
      const missing = { type: "not_found_error", message: "no such batch" };
      const json = { type: "error", error: missing };
      await t.world.faults([{ match: { method: "GET" }, status: 404, json }]);
      const createdBefore = new Date(Date.now() + 86_400_000);
      const widest = t.api.purgeBatches({ ...gone, createdBefore, all: true });
      await refusal(t, widest, { code: "not_found" });
      await assertDeleted(t, []);
    },
  },
  {
    name: "listBatches: options that are not valid reject at the first batch",
    run: async (t) => {
      const wrong = [
        [{ pageSize: 0 }, /^pageSize must be a whole number from 1 to 1000/],
        [{ pageSize: 1001 }, /^pageSize/],
        [{ limit: 0 }, /^limit/],
        [{ status: "done" }, /^status must be "in_progress" or "canceling" or "ended"/],
        [{ endedBefore: "yesterday" }, /^endedBefore must be a Date, an RFC 3339 time/],
        [{ createdBefore: 5 }, /^createdBefore must be/],
        [{ createdBefore: new Date("x") }, /^createdBefore must be .* not an invalid Date/],
        [{ filter: "x" }, /^filter must be a function/],
        [{ concurrency: 5 }, /has no option/],
      ];
      for (const [options, message] of wrong) {
        const promise = t.api.listBatches({ ...t.options, ...options }).next();
        await refusal(t, promise, { code: "invalid_option", message });
      }
      const { signal } = AbortSignal.timeout ? { signal: AbortSignal.abort("no") } : {};
      const aborted = t.api.listBatches({ ...t.options, signal }).next();
      t.assert.equal(await thrown(t, aborted), "no");
      t.assert.deepEqual(await received(t), []);
    },
  },
  {
    name: "purgeBatches: old batches go, young ones stay",
    run: async (t) => {
      const old = await ended(t, 30, { ageSeconds: 40 * 86_400 });
      await ended(t, 30);
      await t.world.create({ status: "in_progress", count: 3 });
      const options = { ...t.options, endedBefore: "30d" };
      const dry = await t.api.purgeBatches({ ...options, dryRun: true });
      const { oldest, newest, sample, ...counts } = dry;
      const now = Date.now();
      const days = (time) => (now - Date.parse(time)) / DAY_MS;
      t.assert.ok(days(newest) >= 39 && days(oldest) >= days(newest) && days(oldest) < 41);
      t.assert.deepEqual([sample.length, sample.every((id) => old.includes(id))], [10, true]);
      t.assert.deepEqual(counts, {
        deleted: 30,
        missing: 0,
        failed: [],
        unsent: 0,
        total: 30,
        dryRun: true,
      });
      await assertDeleted(t, []);
      const report = await t.api.purgeBatches(options);
      t.assert.deepEqual(report, { deleted: 30, missing: 0, failed: [], unsent: 0, total: 30 });
      await assertDeleted(t, old);
    },
  },
  {
    name: "ages count from the API's clock if the local one is ahead, and the difference is told once",
    run: async (t) => {
      const hours = 3_600_000;
      const [young, older] = await Promise.all(
        [27, 31].map((age) => ended(t, 2, { ageSeconds: age * 3_600 })),
      );
      const data = [];
      for await (const batch of t.api.listBatches(t.options)) data.push(batch);
      t.assert.equal(data.length, young.length + older.length);
      // To the server, it is five hours earlier.
      const headers = { date: new Date(Date.now() - 5 * hours).toUTCString() };
      const json = { data, has_more: false, first_id: data[0].id, last_id: data.at(-1).id };
      await t.world.faults([{ match: { method: "GET" }, times: null, status: 200, headers, json }]);
      const selection = { ...t.options, endedBefore: "1d" };
      const listed = [];
      for await (const { id } of t.api.listBatches(selection)) listed.push(id);
      t.assert.deepEqual(listed.sort(), [...older].sort());
      const told = [];
      const onProgress = ({ clockDifferenceMs }) => told.push(clockDifferenceMs);
      const report = await t.api.purgeBatches({ ...selection, onProgress });
      await assertDeleted(t, older);
      const { clockDifferenceMs: ms } = report;
      t.assert.ok(ms > 4.9 * hours && ms < 5.1 * hours, `${ms} ms`);
      t.assert.deepEqual(told, [ms, undefined]);
    },
  },
  {
    name: "entries of a page that are not batches do not keep the others from being listed and deleted",
    run: async (t) => {
      const ids = await ended(t, 2);
      const real = [];
      for await (const batch of t.api.listBatches(t.options)) real.push(batch);
      const nameless = { type: "message_batch", processing_status: "ended" };
      const data = [real[0], null, "text", 7, [], nameless, real[1]];
      const json = { data, has_more: false, first_id: ids[0], last_id: ids[1] };
      await t.world.faults([{ match: { method: "GET" }, times: null, status: 200, json }]);
      const listed = [];
      for await (const batch of t.api.listBatches(t.options)) listed.push(batch);
      t.assert.deepEqual(listed, [real[0], nameless, real[1]]);
      const filter = ({ id }) => id !== undefined;
      const taken = [];
      for await (const { id } of t.api.listBatches({ ...t.options, filter })) taken.push(id);
      t.assert.deepEqual(taken, [real[0].id, real[1].id]);
      const report = await t.api.purgeBatches({ ...t.options, all: true });
      t.assert.equal(report.deleted, 2);
      const odd = [1, 2, 3, 4, 5].map((index) => ({ index, field: "id" }));
      t.assert.deepEqual([report.unjudged, report.unjudgedTotal], [odd, 5]);
      await assertDeleted(t, ids);
    },
  },
  {
    name: "purgeBatches: a dry run counts the batches that onProgress has seen, if it throws",
    run: async (t) => {
      await ended(t, 20);
      const mine = new Error("enough");
      let seen = 0;
      const onProgress = () => {
        seen += 1;
        if (seen === 10) throw mine;
      };
      const options = { ...t.options, all: true, dryRun: true, onProgress };
      const error = await thrown(t, t.api.purgeBatches(options));
      t.assert.equal(error, mine);
      t.assert.deepEqual([error.report.deleted, seen], [10, 10]);
      // A rejection is noticed after the page, whose batches are then all reported.
      seen = 0;
      const rejected = { ...options, onProgress: async () => onProgress() };
      t.assert.equal(await thrown(t, t.api.purgeBatches(rejected)), mine);
    },
  },
  {
    name: "purgeBatches: limit, filter, all, and a dry run on batches that have not ended",
    run: async (t) => {
      const ids = await ended(t, 10);
      await t.world.create({ status: "in_progress", count: 2 });
      const purge = (options) => t.api.purgeBatches({ ...t.options, ...options });
      t.assert.equal((await purge({ status: "ended", limit: 3 })).deleted, 3);
      const [one] = ids.slice(0, 1);
      t.assert.equal((await purge({ filter: ({ id }) => id === one })).deleted, 1);
      const dry = await purge({ all: true, dryRun: true });
      t.assert.deepEqual([dry.deleted, dry.failed.length], [6, 2]);
      t.assert.equal(dry.failed[0].error.code, "still_processing");
      const report = await purge({ all: true });
      t.assert.deepEqual([report.deleted, report.failed.length], [6, 2]);
      t.assert.equal(report.failed[0].error.code, "still_processing");
      await t.world.settings({ cancelingMs: 20 });
      const last = await purge({ all: true, ifProcessing: "cancel", pollInterval: 20 });
      t.assert.deepEqual(last, { deleted: 2, missing: 0, failed: [], unsent: 0, total: 2 });
    },
  },
  ...["listBatches", "purgeBatches"].map((name) => ({
    name: `${name}: a fetch that resolves without a turn of the event loop does not keep a timer from aborting`,
    run: async (t) => {
      const reason = new Error("aborted by a timer");
      const controller = new AbortController();
      let pages = 0;
      const fetch = async () => {
        pages += 1;
        const data = [{ id: `msgbatch_${pages}`, created_at: "2026-01-01T00:00:00Z" }];
        // Ends at last, so that a failure does not hang.
        return Response.json({ data, has_more: pages < MANY_PAGES });
      };
      const { signal } = controller;
      const options = { ...t.options, fetch, signal, createdBefore: new Date(0) };
      const run = async () => {
        setTimeout(() => controller.abort(reason));
        if (name === "purgeBatches") return t.api.purgeBatches(options);
        for await (const { id } of t.api.listBatches(options)) t.assert.fail(id);
      };
      t.assert.equal(await thrown(t, run()), reason);
      t.assert.ok(pages < MANY_PAGES, `${pages} pages`);
    },
  })),
  {
    name: "purgeBatches: without anything that selects it refuses to run",
    run: async (t) => {
      await ended(t, 2);
      for (const options of [
        {},
        { limit: 5 },
        { all: false },
        { dryRun: true },
        { endedBefore: "0d" },
        { createdBefore: new Date(Date.now() + 86_400_000) },
      ]) {
        const promise = t.api.purgeBatches({ ...t.options, ...options });
        await refusal(t, promise, {
          code: "invalid_option",
          message: /must select some of the batches .* or say all: true/,
        });
      }
      const missing = t.api.purgeBatches();
      await refusal(t, missing, { code: "invalid_option" });
      const promise = t.api.purgeBatches({ ...t.options, endedBefore: "last week" });
      await refusal(t, promise, { code: "invalid_option", message: /^endedBefore must be/ });
      t.assert.deepEqual(await received(t), []);
    },
  },
  {
    name: "purgeBatches: a list that can't be read rejects, and says how far it came",
    run: async (t) => {
      const error = await refusal(
        t,
        (async () => {
          await t.world.faults([{ match: { method: "GET" }, status: 401, times: null }]);
          return t.api.purgeBatches({ ...t.options, all: true });
        })(),
        { code: "authentication" },
      );
      t.assert.deepEqual(error.report, { deleted: 0, missing: 0, failed: [], unsent: 0, total: 0 });
    },
  },
];
