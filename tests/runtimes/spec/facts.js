// The facts of an error: which option is not valid, whether another call may succeed, whether the request may have
// been performed.

import { batch, ended, facts, refusal, thrown } from "./support.js";

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";
const AT_ONCE = { "retry-after-ms": "1" };
/** Runtimes whose errors say that no connection was made. */
const SAYS_NEVER_SENT = /^(node|deno|bun|rust)/;

/** The table of responses: a fault, the code, `retryable`, and `maybeApplied` of a request that has an effect. */
const TABLE = [
  ["200 with an empty body", { status: 200, body: "" }, "invalid_response", false, true],
  ["204", { status: 204 }, "invalid_response", false, true],
  ["200 with HTML", { status: 200, body: "<p>Sign in</p>" }, "invalid_response", false, true],
  ["200 with another id", { status: 200, json: { id: "x" } }, "invalid_response", false, true],
  ["200 with JSON cut short", { status: 200, body: '{"id": "m' }, "connection", true, true],
  ["200 truncated", { status: 200, body: "{}     ", truncate: 3 }, "connection", true, true],
  ["no response", { hang: true }, "timeout", true, true],
  ["a body that stalls", { status: 200, json: {}, stall: true }, "timeout", true, true],
  ["another 404", { status: 404, body: "default backend - 404" }, "http", false, false],
  ["502 with HTML", { status: 502, body: "<p>Bad gateway</p>" }, "server", true, true],
  ["a redirect", { status: 307, headers: { location: "/" } }, "redirect", false, false],
  ["403 to be retried", { status: 403, headers: { "x-should-retry": "true" } }, "permission", true],
  [
    "503 not to be retried",
    { status: 503, headers: { "x-should-retry": "false" } },
    "server",
    false,
    true,
  ],
  ...[
    [400, "bad_request"],
    [401, "authentication"],
    [402, "http"],
    [403, "permission"],
    [404, "not_found"],
    [408, "http", true],
    [409, "conflict", true],
    [413, "http"],
    [429, "rate_limit", true],
    [500, "server", true, true],
    [504, "server", true, true],
    [529, "server", true, true],
  ].map(([status, ...more]) => [`${status}`, { status }, ...more]),
];

const OPTIONS = [
  ["id", ["a/b"]],
  ["apiKey", [ID, { apiKey: 5 }]],
  ["headers", [ID, { headers: { "x-a": "a\nb" } }]],
  ["betas", [ID, { betas: ["fine", 5] }]],
  ["maxRetries", [ID, { maxRetries: -1 }]],
  ["options", [ID, { apikey: "k" }]],
  ["options", [ID, 5]],
];

export const cases = [
  ...TABLE.map(([name, fault, code, retryable = false, maybeApplied = false]) => ({
    name: `${name}: ${code}, retryable ${retryable}, maybeApplied ${maybeApplied}`,
    run: async (t) => {
      await t.world.faults([{ effect: false, ...fault, times: null }]);
      // No attempt ends later than this on any machine: only one that hangs or stalls reaches it.
      const timeout = fault.hang || fault.stall ? 300 : 60_000;
      const options = { ...t.options, maxRetries: 0, timeout };
      for (const [call, has] of [
        [t.api.deleteBatch, maybeApplied],
        [t.api.cancelBatch, maybeApplied],
        [t.api.retrieveBatch, false],
      ]) {
        const error = await refusal(t, call(ID, options), { code });
        t.assert.deepEqual(facts(error), [code, retryable, has], call.name);
        const { retryable: again, maybeApplied: maybe } = JSON.parse(JSON.stringify(error));
        t.assert.deepEqual([again, maybe], [retryable, has], "toJSON");
        t.assert.ok(!("option" in error));
      }
    },
  })),
  {
    name: "a deletion that was lost, then 403: maybeApplied, and at each attempt",
    run: async (t) => {
      await t.world.faults([
        { status: 500, headers: AT_ONCE },
        { status: 403, times: null },
      ]);
      const attempts = [];
      const onAttempt = ({ error }) => attempts.push(facts(error));
      const error = await thrown(t, t.api.deleteBatch(ID, { ...t.options, onAttempt }));
      t.assert.deepEqual(facts(error), ["permission", false, true]);
      t.assert.deepEqual(attempts, [
        ["server", true, true],
        ["permission", false, true],
        // The status check, which has no effect of its own.
        ["permission", false, true],
      ]);
    },
  },
  {
    name: "429, then 403: nothing was performed",
    run: async (t) => {
      await t.world.faults([{ status: 429, headers: AT_ONCE }, { status: 403 }]);
      const error = await thrown(t, t.api.deleteBatch(ID, t.options));
      t.assert.deepEqual(facts(error), ["permission", false, false]);
    },
  },
  {
    name: "a connection that is refused was never sent",
    isPure: false,
    where: "server",
    run: async (t) => {
      const options = { ...t.options, baseURL: "http://127.0.0.1:59999", maxRetries: 0 };
      const error = await thrown(t, t.api.deleteBatch(ID, options));
      const maybe = !SAYS_NEVER_SENT.test(t.runtime.name);
      t.assert.deepEqual(facts(error), ["connection", true, maybe]);
    },
  },
  {
    name: "a batch that is still processing: later, and it exists",
    run: async (t) => {
      const error = await thrown(t, t.api.deleteBatch(await batch(t, "in_progress"), t.options));
      t.assert.deepEqual(facts(error), ["still_processing", true, false]);
    },
  },
  {
    name: "the cancelation of ifProcessing is a change",
    run: async (t) => {
      const id = await batch(t, "in_progress");
      await t.world.faults([
        { match: { method: "GET" } },
        { match: { method: "GET" }, status: 403 },
      ]);
      const options = { ...t.options, ifProcessing: "cancel", pollInterval: 100 };
      const error = await thrown(t, t.api.deleteBatch(id, options));
      t.assert.deepEqual(facts(error), ["permission", false, true]);
    },
  },
  {
    name: "a function for the key that fails may not fail later",
    run: async (t) => {
      const apiKey = () => Promise.reject(new Error("the store is down"));
      const error = await thrown(t, t.api.deleteBatch(ID, { ...t.options, apiKey }));
      t.assert.deepEqual(facts(error), ["missing_credentials", true, false]);
    },
  },
  {
    name: "invalid_option names the option",
    run: async (t) => {
      for (const [option, [id, more]] of OPTIONS) {
        const given = typeof more === "number" ? more : { ...t.options, ...more };
        const error = await refusal(t, t.api.deleteBatch(id, given), { option });
        t.assert.deepEqual(facts(error), ["invalid_option", false, false]);
        t.assert.ok(error.message.startsWith(option), error.message);
        t.assert.equal(JSON.parse(JSON.stringify(error)).option, option);
      }
      const apiKey = () => 5;
      await refusal(t, t.api.deleteBatch(ID, { ...t.options, apiKey }), { option: "apiKey" });
    },
  },
  {
    name: "invalid_option names the argument or option of a job and a list",
    run: async (t) => {
      await refusal(t, t.api.deleteBatches(5, t.options), { option: "ids" });
      await refusal(t, t.api.purgeBatches(t.options), { option: "options" });
      const list = t.api.listBatches({ ...t.options, after: "a/b" });
      await refusal(t, list.next(), { option: "after" });
      const { failed } = await t.api.deleteBatches(["a/b"], t.options);
      t.assert.equal(failed[0].error.option, "id");
    },
  },
  {
    name: "a job's failures have the facts, and so has its own error",
    run: async (t) => {
      const ids = await ended(t, 2);
      await t.world.faults([{ match: { id: ids[0] }, status: 500, times: null }]);
      const { failed } = await t.api.deleteBatches(ids, { ...t.options, maxRetries: 0 });
      t.assert.deepEqual(
        failed.map(({ error }) => facts(error)),
        [["server", true, true]],
      );
      await t.world.faults([{ hang: true, times: null }]);
      const cut = t.api.deleteBatches(ids, { ...t.options, totalTimeout: 1_000 });
      t.assert.deepEqual(facts(await thrown(t, cut)), ["timeout", true, true]);
    },
  },
];
