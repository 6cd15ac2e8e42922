// Retries: their conditions, their delays, and the argument of onAttempt.

import { assertGone, batch, received, refusal } from "./support.js";

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";

/** Runs a call and returns the arguments of onAttempt, without the error objects. */
async function attempts(t, faults, options = {}, id = ID) {
  await t.world.faults(faults);
  const reported = [];
  const onAttempt = (attempt) => reported.push(attempt);
  const result = await t.api.deleteBatch(id, { ...t.options, onAttempt, ...options }).then(
    () => undefined,
    (error) => error,
  );
  return { reported, error: result };
}

const delays = ({ reported }) => reported.map(({ delayMs }) => delayMs);
const within = (t, value, from, to = Number.POSITIVE_INFINITY) =>
  t.assert.ok(value >= from && value <= to, `${value} is from ${from} to ${to}`);

export const cases = [
  {
    name: "onAttempt receives each attempt",
    run: async (t) => {
      const id = await batch(t);
      const { reported, error } = await attempts(
        t,
        [{ status: 503, headers: { "retry-after-ms": "7" } }],
        {},
        id,
      );
      t.assert.equal(error, undefined);
      t.assert.equal(reported.length, 2);
      const [first, second] = reported;
      t.assert.deepEqual(
        [first.method, first.attempt, first.status, first.delayMs],
        ["DELETE", 1, 503, 7],
      );
      t.assert.ok(first.error instanceof t.api.BatchError, "the error is a BatchError");
      t.assert.equal(first.error.code, "server");
      t.assert.equal(first.error.requestId, first.requestId);
      t.assert.deepEqual([second.method, second.attempt, second.status], ["DELETE", 2, 200]);
      t.assert.equal(second.error, undefined);
      t.assert.equal(second.delayMs, undefined);
      t.assert.match(second.requestId, /^req_/);
    },
  },
  {
    name: "an error of onAttempt, now or later, changes nothing",
    run: async (t) => {
      const throwing = () => {
        throw new Error("metrics are down");
      };
      await t.api.deleteBatch(await batch(t), { ...t.options, onAttempt: throwing });
      const rejecting = async () => throwing();
      await t.api.deleteBatch(await batch(t), { ...t.options, onAttempt: rejecting });
    },
  },
  {
    name: "two retries by default, half a second and then a second apart, less up to a quarter",
    isPure: true,
    run: async (t) => {
      const outcome = await attempts(t, [{ status: 500, times: null }]);
      t.assert.equal(outcome.error.code, "server");
      t.assert.equal(outcome.error.attempts, 3);
      const [first, second, third] = delays(outcome);
      within(t, first, 375, 500);
      within(t, second, 750, 1000);
      t.assert.equal(third, undefined);
      t.assert.equal((await received(t)).length, 3);
    },
  },
  {
    name: "maxRetries 0 and 4",
    isPure: true,
    run: async (t) => {
      const fault = { status: 529, headers: { "retry-after-ms": "1" }, times: null };
      t.assert.equal((await attempts(t, [fault], { maxRetries: 0 })).reported.length, 1);
      t.assert.equal((await attempts(t, [], { maxRetries: 4 })).reported.length, 5);
    },
  },
  ...[408, 409, 429, 500, 503, 504, 529, 599].map((status) => ({
    name: `${status} is retried`,
    run: async (t) => {
      const id = await batch(t);
      const outcome = await attempts(t, [{ status, headers: { "retry-after-ms": "1" } }], {}, id);
      t.assert.equal(outcome.error, undefined);
      t.assert.equal((await received(t)).length, 2);
      // Chromium itself sends a request again after a 408 on a connection that was used before.
      const resent = status === 408 && /^chromium/.test(t.runtime.name);
      if (!resent) t.assert.equal(outcome.reported.length, 2);
    },
  })),
  ...[401, 403, 404, 413, 422].map((status) => ({
    name: `${status} is not retried`,
    isPure: true,
    run: async (t) => {
      const outcome = await attempts(t, [{ status, headers: { "retry-after-ms": "1" } }]);
      t.assert.equal(outcome.error.status, status);
      t.assert.equal(outcome.reported.length, 1);
    },
  })),
  {
    name: "x-should-retry decides, whatever the status",
    isPure: true,
    run: async (t) => {
      const yes = { "x-should-retry": "true", "retry-after-ms": "1" };
      const no = { "x-should-retry": "false", "retry-after-ms": "1" };
      const id = await batch(t);
      t.assert.equal((await attempts(t, [{ status: 403, headers: yes }], {}, id)).error, undefined);
      const outcome = await attempts(t, [{ status: 503, headers: no }]);
      t.assert.deepEqual([outcome.error.code, outcome.reported.length], ["server", 1]);
    },
  },
  ...[
    ["retry-after-ms before retry-after", { "retry-after-ms": "5", "retry-after": "9" }, 5, 5],
    ["retry-after-ms with a fraction", { "retry-after-ms": "4.2" }, 5, 5],
    ["retry-after with a fraction", { "retry-after": "0.02" }, 20, 20],
    ["a negative retry-after is ignored", { "retry-after": "-1" }, 375, 500],
    ["a retry-after of 0 is ignored", { "retry-after": "0" }, 375, 500],
    ["a retry-after of letters is ignored", { "retry-after": "soon" }, 375, 500],
    ["a retry-after that a proxy has joined", { "retry-after": "0.01, 0.01" }, 10, 10],
    [
      "a retry-after in the past is ignored",
      { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" },
      375,
      500,
    ],
  ].map(([name, headers, from, to]) => ({
    name,
    isPure: true,
    run: async (t) => {
      const id = await batch(t);
      const outcome = await attempts(t, [{ status: 429, headers }], {}, id);
      t.assert.equal(outcome.error, undefined);
      within(t, delays(outcome)[0], from, to);
    },
  })),
  {
    name: "a retry-after beyond any timer is reported, not retried",
    isPure: true,
    run: async (t) => {
      for (const [after, ms] of [
        ["2592000", 2_592_000_000],
        ["99999999999999999999999", 4_294_967_295],
      ]) {
        const fault = { status: 429, headers: { "retry-after": after } };
        const { error, reported } = await attempts(t, [fault]);
        t.assert.deepEqual([error.code, error.retryAfterMs], ["rate_limit", ms]);
        t.assert.equal(reported.length, 1);
      }
    },
  },
  {
    name: "retry-after as a date",
    run: async (t) => {
      const id = await batch(t);
      const date = new Date(Date.now() + 1500).toUTCString();
      const outcome = await attempts(
        t,
        [{ status: 429, headers: { "retry-after": date } }],
        {},
        id,
      );
      t.assert.equal(outcome.error, undefined);
      // Counted from the response's own date, which has whole seconds.
      within(t, delays(outcome)[0], 1, 2000);
    },
  },
  {
    name: "the wait is kept",
    run: async (t) => {
      const id = await batch(t);
      const start = Date.now();
      const fault = { status: 429, headers: { "retry-after": "0.4" } };
      const outcome = await attempts(t, [fault], {}, id);
      t.assert.equal(delays(outcome)[0], 400);
      within(t, Date.now() - start, 390);
    },
  },
  {
    name: "a retry-after above maxRetryDelay is reported, not slept through",
    run: async (t) => {
      for (const [options, seconds] of [
        [{}, "61"],
        [{ maxRetryDelay: 100 }, "1"],
      ]) {
        const { error, reported } = await attempts(
          t,
          [{ status: 429, headers: { "retry-after": seconds } }],
          options,
        );
        t.assert.deepEqual(
          [error.code, error.retryAfterMs, reported.length],
          ["rate_limit", seconds * 1000, 1],
        );
        t.assert.deepEqual(delays({ reported }), [undefined], "no wait");
      }
    },
  },
  {
    name: "a 529 with a long retry-after",
    isPure: true,
    run: async (t) => {
      const { error } = await attempts(t, [{ status: 529, headers: { "retry-after": "300" } }]);
      t.assert.deepEqual([error.code, error.retryAfterMs, error.attempts], ["server", 300_000, 1]);
    },
  },
  {
    name: "the last attempt's retry-after is reported",
    run: async (t) => {
      const { error } = await attempts(t, [{ status: 429, headers: { "retry-after": "3" } }], {
        maxRetries: 0,
      });
      t.assert.equal(error.retryAfterMs, 3000);
    },
  },
  {
    name: "maxRetryDelay also bounds the usual delays",
    isPure: true,
    run: async (t) => {
      const outcome = await attempts(t, [{ status: 500, times: null }], { maxRetryDelay: 10 });
      t.assert.deepEqual(delays(outcome), [10, 10, undefined]);
    },
  },
  {
    name: "totalTimeout: a wait that would outlast it is not begun",
    run: async (t) => {
      const { error, reported } = await attempts(
        t,
        [{ status: 429, headers: { "retry-after": "50" } }],
        { totalTimeout: 40_000 },
      );
      t.assert.deepEqual([error.code, error.retryAfterMs], ["rate_limit", 50_000]);
      t.assert.deepEqual(delays({ reported }), [undefined], "no wait");
    },
  },
  {
    name: "totalTimeout ends a call in the middle of an attempt",
    run: async (t) => {
      await t.world.faults([{ hang: true, times: null }]);
      const start = Date.now();
      await refusal(t, t.api.deleteBatch(ID, { ...t.options, totalTimeout: 1_000 }), {
        code: "timeout",
        attempts: 1,
        message: /totalTimeout \(1000 ms\)/,
      });
      within(t, Date.now() - start, 990);
    },
  },
  {
    name: "timeout is for one attempt, not for the call",
    run: async (t) => {
      const id = await batch(t);
      const slow = { delayMs: 3_000, status: 503, headers: { "retry-after-ms": "1" } };
      const outcome = await attempts(
        t,
        [{ ...slow, times: 2 }],
        { timeout: 5_500, totalTimeout: 60_000 },
        id,
      );
      t.assert.equal(outcome.error, undefined);
      await assertGone(t, id);
    },
  },
];
