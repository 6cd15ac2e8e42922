// The orderly end of a job: `drain`.

import { assertDeleted, ended, received, refusal } from "./support.js";

/** The DELETE requests that the emulator received. */
const sent = async (t) => (await received(t)).filter((call) => call.startsWith("DELETE")).length;

export const cases = [
  {
    name: "requests in flight end, the rest is unsent, and nothing more is sent",
    run: async (t) => {
      const ids = await ended(t, 200);
      const controller = new AbortController();
      const outcomes = [];
      const attempts = [];
      const report = await t.api.deleteBatches(ids, {
        ...t.options,
        drain: controller.signal,
        onAttempt: (attempt) => attempts.push(attempt),
        onProgress({ outcome }) {
          outcomes.push(outcome);
          if (outcomes.length === 20) controller.abort();
        },
      });
      t.assert.equal(report.drained, true);
      t.assert.equal(report.deleted, outcomes.length);
      t.assert.ok(report.deleted >= 20 && report.deleted <= 28, `${report.deleted} deleted`);
      t.assert.deepEqual([report.total, report.unsent], [200, 200 - report.deleted]);
      t.assert.equal(await sent(t), attempts.length);
      await assertDeleted(
        t,
        outcomes.map(({ id }) => id),
      );
    },
  },
  {
    name: "a drain that is aborted before: nothing is pulled or sent",
    run: async (t) => {
      const ids = await ended(t, 3);
      const drain = AbortSignal.abort();
      let pulled = 0;
      function* source() {
        for (const id of ids) {
          pulled += 1;
          yield id;
        }
      }
      const all = await t.api.deleteBatches(ids, { ...t.options, drain });
      t.assert.deepEqual([all.unsent, all.total, all.drained], [3, 3, true]);
      const none = await t.api.deleteBatches(source(), { ...t.options, drain });
      t.assert.deepEqual([none.unsent, none.total, none.drained, pulled], [0, 0, true, 0]);
      const purge = await t.api.purgeBatches({ ...t.options, all: true, drain });
      t.assert.deepEqual([purge.total, purge.drained], [0, true]);
      t.assert.deepEqual(await received(t), []);
    },
  },
  {
    name: "an id that the source yields as it drains the job is unsent",
    run: async (t) => {
      const ids = await ended(t, 5);
      for (const isAsync of [false, true]) {
        const controller = new AbortController();
        const step = (index) => {
          if (index === 2) controller.abort();
          return { done: index === ids.length, value: ids[index] };
        };
        let index = 0;
        const next = () => step(index++);
        const source = isAsync
          ? { [Symbol.asyncIterator]: () => ({ next: async () => next() }) }
          : { [Symbol.iterator]: () => ({ next }) };
        const options = { ...t.options, concurrency: 1, drain: controller.signal };
        const report = await t.api.deleteBatches(source, options);
        t.assert.equal(report.drained, true);
        t.assert.equal(index, 3);
        t.assert.deepEqual(report.failed, []);
        // The promise of an id that is pulled is not awaited.
        const total = isAsync ? [2, 3] : [3];
        t.assert.ok(total.includes(report.total), `${report.total} in all`);
        t.assert.ok(report.unsent >= report.total - 2, `${report.unsent} unsent`);
      }
      t.assert.ok((await t.world.batches()).deleted.length <= 2);
    },
  },
  {
    name: "a wait for a batch to end, and a wait before a retry, end at once",
    run: async (t) => {
      const { batches } = await t.world.create({ status: "in_progress" });
      const busy = { match: { method: "DELETE" }, status: 529, headers: { "retry-after": "50" } };
      const wait = { ifProcessing: "wait", pollInterval: 1_000_000 };
      for (const [fault, options, code] of [
        [[], wait, "still_processing"],
        [[busy], { maxRetries: 5 }, "server"],
      ]) {
        await t.world.faults(fault);
        const controller = new AbortController();
        let attempts = 0;
        const onAttempt = ({ delayMs, method }) => {
          attempts += 1;
          // The last request before the wait.
          if (delayMs || method === "GET") setTimeout(() => controller.abort());
        };
        const drain = controller.signal;
        const all = { ...t.options, ...options, drain, onAttempt };
        const report = await t.api.deleteBatches([batches[0].id], all);
        t.assert.deepEqual([report.drained, report.failed.length], [true, 1]);
        t.assert.equal(report.failed[0].error.code, code);
        t.assert.equal(report.failed[0].error.attempts, attempts);
      }
    },
  },
  {
    name: "a drain must be an AbortSignal",
    run: async (t) => {
      for (const drain of [true, {}, new AbortController()]) {
        const promise = t.api.deleteBatches([], { ...t.options, drain });
        const expected = { code: "invalid_option", message: /^drain must be an AbortSignal, not / };
        await refusal(t, promise, expected);
      }
      const report = await t.api.deleteBatches([], { ...t.options, drain: null });
      t.assert.equal(report.drained, undefined);
    },
  },
];
