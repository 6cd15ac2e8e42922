// Many batches: deleteBatches.

import { assertDeleted, ended, facts, received, refusal, sleep, thrown } from "./support.js";

/** Resolves with the number of requests, once all in flight have arrived and no more follows. */
async function requestsInTheEnd(t) {
  for (let before = -1; ; ) {
    const { requests, active } = await t.world.stats();
    if (active === 0 && requests === before) return requests;
    before = requests;
    await sleep(200);
  }
}

const without = ({ failed, ...report }) => ({ ...report, failed: failed.length });

const BETA_REFUSED = {
  type: "error",
  error: { type: "invalid_request_error", message: "beta not allowed" },
};

export const cases = [
  {
    name: "ids from an array, a set, a generator, an async generator",
    run: async (t) => {
      const ids = await ended(t, 20);
      const parts = [0, 5, 10, 15].map((at) => ids.slice(at, at + 5));
      function* some() {
        yield* parts[2];
      }
      async function* later() {
        yield* parts[3];
      }
      for (const source of [parts[0], new Set(parts[1]), some(), later()]) {
        const report = await t.api.deleteBatches(source, t.options);
        t.assert.deepEqual(report, { deleted: 5, missing: 0, failed: [], unsent: 0, total: 5 });
      }
      await assertDeleted(t, ids);
    },
  },
  {
    name: "nothing to delete",
    run: async (t) => {
      const report = await t.api.deleteBatches([], t.options);
      t.assert.deepEqual(report, { deleted: 0, missing: 0, failed: [], unsent: 0, total: 0 });
      t.assert.deepEqual(await received(t), []);
    },
  },
  {
    name: "one id's failure does not stop the others",
    run: async (t) => {
      const ids = await ended(t, 4);
      await t.world.faults([{ match: { id: ids[1] }, status: 403 }]);
      const given = [ids[0], 5, ids[1], "a/b", ids[2], "msgbatch_gone", ids[0], null, ids[3]];
      const report = await t.api.deleteBatches(given, t.options);
      t.assert.deepEqual(without(report), {
        deleted: 3,
        missing: 1,
        failed: 4,
        unsent: 0,
        total: 8,
      });
      const failed = [...report.failed].sort((a, b) => a.index - b.index);
      t.assert.deepEqual(
        failed.map(({ id, index, error }) => [id, index, error.code]),
        [
          [undefined, 1, "invalid_option"],
          [ids[1], 2, "permission"],
          ["a/b", 3, "invalid_option"],
          [undefined, 7, "invalid_option"],
        ],
      );
      for (const { error } of failed) t.assert.ok(error instanceof t.api.BatchError);
      await assertDeleted(t, [ids[0], ids[2], ids[3]]);
    },
  },
  {
    name: "ifMissing: reject",
    run: async (t) => {
      const options = { ...t.options, ifMissing: "reject" };
      const { failed, missing } = await t.api.deleteBatches(["msgbatch_gone"], options);
      t.assert.deepEqual([missing, failed[0].error.code], [0, "not_found"]);
    },
  },
  {
    name: "onProgress receives every outcome once",
    run: async (t) => {
      const ids = await ended(t, 30);
      const reported = [];
      const onProgress = (progress) => reported.push(progress);
      const given = [...ids, ids[3], "msgbatch_gone", "%"];
      await t.api.deleteBatches(given, { ...t.options, onProgress });
      t.assert.equal(reported.length, 32);
      t.assert.deepEqual(
        reported.map(({ done }) => done),
        reported.map((_, index) => index + 1),
      );
      const last = reported.at(-1);
      t.assert.deepEqual(
        [last.deleted, last.missing, last.failed, last.total, last.inFlight],
        [30, 1, 1, 32, 0],
      );
      t.assert.ok(last.ratePerSecond > 0, "a rate");
      const outcomes = reported.map(({ outcome }) => outcome).sort((a, b) => a.index - b.index);
      t.assert.deepEqual(
        outcomes.map(({ id }) => id),
        [...ids, "msgbatch_gone", "%"],
      );
      const { requestId, ...first } = outcomes[0];
      t.assert.deepEqual(first, { id: ids[0], index: 0, status: "deleted" });
      t.assert.match(requestId, /^req_/);
      t.assert.deepEqual(
        outcomes.slice(30).map(({ status, error }) => [status, error?.code]),
        [
          ["missing", undefined],
          ["failed", "invalid_option"],
        ],
      );
    },
  },
  {
    name: "callbacks may call the package: hooks, getters, fetch, generators, listeners",
    run: async (t) => {
      const ids = await ended(t, 12);
      const inner = [];
      const callIn = (id) =>
        inner.push(t.api.deleteBatch(id, { ...t.options, ifMissing: "ignore" }));
      const options = {
        ...t.options,
        onAttempt: () => callIn("msgbatch_gone"),
        onProgress: ({ outcome }) => callIn(ids[6 + outcome.index]),
        get apiKey() {
          callIn("msgbatch_gone");
          return t.options.apiKey;
        },
        fetch: (url, init) => {
          callIn("msgbatch_gone");
          return fetch(url, init);
        },
      };
      async function* some() {
        for (const id of ids.slice(0, 6)) {
          await t.api.retrieveBatch(id, t.options);
          yield id;
        }
      }
      t.assert.equal((await t.api.deleteBatches(some(), options)).deleted, 6);
      const controller = new AbortController();
      controller.signal.addEventListener("abort", () => callIn("msgbatch_gone"));
      const { signal } = controller;
      const hanging = { ...t.options, signal, fetch: () => new Promise(() => {}) };
      const aborted = thrown(t, t.api.deleteBatch("msgbatch_1", hanging));
      controller.abort("enough");
      t.assert.equal(await aborted, "enough");
      await Promise.all(inner);
      await assertDeleted(t, ids);
    },
  },
  {
    name: "an error of onProgress ends the job, requests in flight included",
    run: async (t) => {
      const ids = await ended(t, 50);
      const error = new Error("the disk is full");
      const onProgress = ({ done }) => {
        if (done === 10) throw error;
      };
      const got = await thrown(t, t.api.deleteBatches(ids, { ...t.options, onProgress }));
      t.assert.equal(got, error);
      t.assert.equal(got.report.deleted, 10);
      const requests = await requestsInTheEnd(t);
      t.assert.ok(requests <= 10 + 8, `${requests} requests`);
    },
  },
  {
    name: "ids are pulled no further ahead than there are workers, and closed at the end",
    run: async (t) => {
      const ids = await ended(t, 40);
      let pulled = 0;
      let ahead = 0;
      let closed = 0;
      let done = 0;
      function* some() {
        try {
          for (const id of ids) {
            pulled += 1;
            ahead = Math.max(ahead, pulled - done);
            yield id;
          }
        } finally {
          closed += 1;
        }
      }
      const onProgress = (progress) => {
        done = progress.done;
        if (done === 20) throw new Error("enough");
      };
      await thrown(t, t.api.deleteBatches(some(), { ...t.options, concurrency: 3, onProgress }));
      t.assert.ok(ahead <= 3, `${ahead} ahead`);
      t.assert.equal(closed, 1, "the generator is closed");
    },
  },
  ...[
    ["an iterator that throws", (error) => [false, error]],
    ["an async iterator that rejects", (error) => [true, error]],
  ].map(([name, make]) => ({
    name: `${name}: the job ends with that error, after the requests in flight`,
    run: async (t) => {
      const ids = await ended(t, 7);
      const [isAsync, error] = make(new Error("the table is gone"));
      function* some() {
        yield* ids;
        throw error;
      }
      async function* later() {
        yield* some();
      }
      const promise = t.api.deleteBatches(isAsync ? later() : some(), t.options);
      t.assert.equal(await thrown(t, promise), error);
      t.assert.deepEqual(error.report, { deleted: 7, missing: 0, failed: [], unsent: 0, total: 7 });
      t.assert.ok(!Object.keys(error).includes("report"), "not enumerable");
      await assertDeleted(t, ids);
    },
  })),
  {
    name: "ids and options that are not valid",
    run: async (t) => {
      const nothing = t.api.deleteBatches([], t.options);
      await nothing;
      for (const ids of [undefined, null, 5, "msgbatch_1", {}, () => [], Symbol("x"), 5n]) {
        const promise = t.api.deleteBatches(ids, t.options);
        await refusal(t, promise, { code: "invalid_option", message: /^ids must be an iterable/ });
      }
      const wrong = [
        [{ concurrency: 0 }, /^concurrency must be a whole number from 1 to 256, not the number 0/],
        [{ concurrency: 257 }, /^concurrency must be/],
        [{ concurrency: 1.5 }, /^concurrency must be .* not a number with a fraction/],
        [{ concurrency: "8" }, /^concurrency must be .* not a string/],
        [{ onProgress: 5 }, /^onProgress must be a function/],
        [{ concurency: 5 }, /did you mean "concurrency"/],
        [{ endedBefore: "30d" }, /has no option "endedBefore"/],
        [{ timeout: 0 }, /^timeout must be/],
      ];
      for (const [options, message] of wrong) {
        const promise = t.api.deleteBatches(["msgbatch_1"], { ...t.options, ...options });
        await refusal(t, promise, { code: "invalid_option", message });
      }
      t.assert.deepEqual(await received(t), []);
    },
  },
  {
    name: "an abort: the job rejects with its reason, and each id that was sent has one outcome",
    run: async (t) => {
      const ids = await ended(t, 60);
      const controller = new AbortController();
      const outcomes = [];
      const onProgress = ({ outcome }) => {
        outcomes.push(outcome);
        if (outcomes.length === 15) controller.abort("enough");
      };
      const { signal } = controller;
      const promise = t.api.deleteBatches(ids, { ...t.options, signal, onProgress });
      t.assert.equal(await thrown(t, promise), "enough");
      const requests = await requestsInTheEnd(t);
      t.assert.ok(requests <= 15 + 8, `${requests} requests`);
      const { deleted } = await t.world.batches();
      for (const { id } of outcomes.slice(0, 15))
        t.assert.ok(deleted.includes(id), `${id} is gone`);
      t.assert.ok(outcomes.length > 15, "no request was in flight");
      for (const { status, error } of outcomes.slice(15)) {
        t.assert.deepEqual([status, ...facts(error)], ["failed", "connection", true, true]);
      }
      const known = new Set(outcomes.map(({ id }) => id));
      t.assert.equal(known.size, outcomes.length, "two outcomes of one id");
      for (const call of await received(t)) {
        t.assert.ok(known.has(call.split("/").at(-1)), `${call} has no outcome`);
      }
    },
  },
  {
    name: "totalTimeout ends the job, and the error says how far it came",
    run: async (t) => {
      const ids = await ended(t, 3);
      await t.world.faults([{ match: { id: ids[2] }, hang: true, times: null }]);
      const promise = t.api.deleteBatches(ids, { ...t.options, totalTimeout: 6_000 });
      const error = await refusal(t, promise, { code: "timeout", message: /totalTimeout/ });
      const { deleted, failed } = error.report;
      t.assert.deepEqual([deleted, failed.length, failed[0].id], [2, 1, ids[2]]);
      t.assert.deepEqual(facts(failed[0].error), ["timeout", true, true]);
    },
  },
  {
    name: "a 429 pauses all requests, and is not a retry",
    run: async (t) => {
      const ids = await ended(t, 12);
      const headers = { "retry-after-ms": "150" };
      await t.world.faults([{ match: { method: "DELETE" }, status: 429, headers, times: 3 }]);
      const reported = [];
      const onProgress = (progress) => reported.push(progress);
      const options = { ...t.options, maxRetries: 0, onProgress };
      const report = await t.api.deleteBatches(ids, options);
      t.assert.deepEqual(without(report), {
        deleted: 12,
        missing: 0,
        failed: 0,
        unsent: 0,
        total: 12,
      });
      await assertDeleted(t, ids);
    },
  },
  ...[
    ["a key that is refused", { status: 401 }, "authentication"],
    ["a spend limit of 402", { status: 402 }, "http"],
    ["a key without the permission", { status: 403 }, "permission"],
    ["a redirect to a sign-in page", { status: 302, headers: { location: "/login" } }, "redirect"],
    ["a sign-in page", { status: 200, body: "<html>" }, "invalid_response"],
    ["a wrong base URL", { status: 404, body: "default backend - 404" }, "http"],
    ["a beta that is refused", { status: 400, json: BETA_REFUSED }, "bad_request"],
  ].map(([name, fault, code]) => ({
    name: `${name} stops the job, and its source is closed`,
    isPure: true,
    run: async (t) => {
      await t.world.faults([{ ...fault, match: { method: "DELETE" }, times: null }]);
      const seen = { pulled: 0, closed: false };
      const ids = (function* () {
        try {
          for (;;) {
            seen.pulled += 1;
            yield `msgbatch_${seen.pulled}`;
          }
        } finally {
          seen.closed = true;
        }
      })();
      const report = await t.api.deleteBatches(ids, { ...t.options, concurrency: 3 });
      t.assert.equal(report.stopped.code, code);
      t.assert.equal(report.failed.length + report.unsent, seen.pulled);
      // Twelve that failed in the same way, and the ids that the other slots had begun.
      t.assert.ok(seen.pulled <= 18, `${seen.pulled} ids were pulled`);
      t.assert.ok(seen.closed);
    },
  })),
  {
    name: "an error by which a framework steers itself ends the job and the list with it",
    run: async (t) => {
      const error = Object.assign(new Error("DYNAMIC_SERVER_USAGE"), { digest: "DYNAMIC" });
      const raise = () => Promise.reject(error);
      for (const more of [{ fetch: raise }, { apiKey: raise }]) {
        const options = { ...t.options, ...more };
        t.assert.equal(await thrown(t, t.api.deleteBatches(["msgbatch_1"], options)), error);
        t.assert.equal(await thrown(t, t.api.purgeBatches({ ...options, all: true })), error);
        t.assert.equal(await thrown(t, t.api.listBatches(options).next()), error);
      }
    },
  },
  {
    name: "ifProcessing: a batch that is waited for holds no worker",
    run: async (t) => {
      const ids = await ended(t, 10);
      const { batches } = await t.world.create({ status: "in_progress" });
      const reported = [];
      const options = {
        ...t.options,
        concurrency: 1,
        ifProcessing: "cancel",
        pollInterval: 40,
        totalTimeout: 100_000,
        onProgress: ({ outcome }) => {
          reported.push(outcome.id);
          // Its cancelation ends only after the others are gone.
          if (reported.length === ids.length) t.world.end(batches[0].id);
        },
      };
      await t.world.settings({ cancelingMs: 600_000 });
      const report = await t.api.deleteBatches([batches[0].id, ...ids], options);
      t.assert.equal(report.deleted, 11);
      t.assert.equal(reported.at(-1), batches[0].id, "the others did not wait");
    },
  },
];
