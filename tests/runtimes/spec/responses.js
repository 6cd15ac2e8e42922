// The table of responses in the reference of the wire: the meaning of each response to a deletion.

import { assertGone, assertKept, batch, received, refusal } from "./support.js";

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";
const DELETED = { id: ID, type: "message_batch_deleted" };
const HTML = `<!doctype html><title>Sign in</title>${"<p>Please sign in.</p>".repeat(200)}`;
/** Browsers send a DELETE again by themselves if a kept connection is reset. */
const RESENDING = /^(chromium|firefox|webkit)/;
/**
 * WebKit may do so even if a response had begun, and may report a failure even if the second request
 * had its response: then a retry of ours follows as the third.
 */
const WEBKIT = /^webkit/;
/** The timeout of an attempt that also ends in time on a slow machine. */
const ENOUGH_MS = 5_000;
/** Retries without waiting. */
const AT_ONCE = { "retry-after-ms": "1" };

/** A success status with something that is not the deletion of this batch. */
const INVALID = [
  [
    "an empty body",
    { status: 200, body: "" },
    /200 not the response to this call but an empty body/,
  ],
  ["204", { status: 204 }, /204 not the response to this call but an empty body/],
  ["HTML", { status: 200, body: HTML, contentType: "text/html" }, /but a body that is not JSON/],
  ["an empty object", { status: 200, json: {} }, /but another JSON object/],
  ["null", { status: 200, json: null }, /but JSON that is not an object/],
  ["an array", { status: 200, json: [DELETED] }, /but JSON that is not an object/],
  ["a string", { status: 200, json: "deleted" }, /but JSON that is not an object/],
  ["another type", { status: 200, json: { id: ID, type: "message_batch" } }, /but something else/],
  ["another id", { status: 200, json: { ...DELETED, id: "msgbatch_other" } }, /of another batch/],
  ["no id", { status: 200, json: { type: "message_batch_deleted" } }, /but another JSON object/],
  [
    "an error envelope",
    { status: 200, json: { type: "error", error: { type: "api_error", message: "Oh no" } } },
    /but an error: Oh no/,
  ],
  ["broken JSON", { status: 200, body: "{id: 1}" }, /but a body that is not JSON/],
  [
    "more than 1 MiB",
    { status: 200, body: "x".repeat(1024), repeatBody: 4096 },
    /but a body larger than 1 MiB/,
  ],
  [
    "more than 1 MiB without a length",
    { status: 200, body: "x".repeat(1024), repeatBody: 4096, chunked: true },
    /but a body larger than 1 MiB/,
  ],
];

/** Statuses that are not retried, or after the last retry: code and `error.type`. */
const STATUSES = [
  [400, "bad_request", "invalid_request_error"],
  [401, "authentication", "authentication_error"],
  [402, "http", "billing_error"],
  [403, "permission", "permission_error"],
  [404, "not_found", "not_found_error"],
  [409, "conflict", "conflict_error"],
  [413, "http", "request_too_large"],
  [429, "rate_limit", "rate_limit_error"],
  [500, "server", "api_error"],
  [504, "server", "timeout_error"],
  [529, "server", "overloaded_error"],
];

export const cases = [
  {
    name: "200 with the deletion",
    run: async (t) => {
      const id = await batch(t);
      t.assert.deepEqual(await t.api.deleteBatch(id, t.options), {
        id,
        type: "message_batch_deleted",
      });
      await assertGone(t, id);
    },
  },
  ...[
    ["without a content type", { contentType: null }],
    ["without a length", { chunked: true }],
    ["compressed", { gzip: true }],
    ["in two parts", { bodyDelayMs: 30 }],
  ].map(([name, fault]) => ({
    name: `200 with the deletion, ${name}`,
    run: async (t) => {
      const id = await batch(t);
      await t.world.faults([fault]);
      const deleted = await t.api.deleteBatch(id, t.options);
      t.assert.deepEqual(deleted, { id, type: "message_batch_deleted" });
    },
  })),
  ...INVALID.map(([name, fault, message]) => ({
    name: `200 with ${name} is not a success`,
    isPure: true,
    run: async (t) => {
      await t.world.faults([fault]);
      const error = await refusal(t, t.api.deleteBatch(ID, t.options), {
        code: "invalid_response",
        status: fault.status,
        attempts: 1,
        message,
      });
      t.assert.match(error.message, new RegExp(`^DELETE /v1/messages/batches/${ID}: `));
      t.assert.match(error.requestId, /^req_/);
      t.assert.equal((await received(t)).length, 1, "not retried");
      if (typeof error.body === "string") t.assert.ok(error.body.length <= 1000, "an excerpt");
      if (fault.json && typeof fault.json === "object") t.assert.deepEqual(error.body, fault.json);
    },
  })),
  {
    name: "a body that breaks off is retried",
    run: async (t) => {
      const id = await batch(t);
      await t.world.faults([{ truncate: 10, effect: false, status: 200, json: DELETED }]);
      t.assert.deepEqual(await t.api.deleteBatch(id, t.options), {
        id,
        type: "message_batch_deleted",
      });
      t.assert.equal((await received(t)).length, 2);
    },
  },
  {
    name: "a body that stalls runs into the timeout, and is retried",
    run: async (t) => {
      const id = await batch(t);
      await t.world.faults([{ stall: true, effect: false, status: 200, json: DELETED }]);
      await t.api.deleteBatch(id, { ...t.options, timeout: ENOUGH_MS });
      t.assert.equal((await received(t)).length, 2);
    },
  },
  {
    name: "a body that stalls each time",
    run: async (t) => {
      await t.world.faults([{ stall: true, status: 200, json: DELETED }]);
      await refusal(t, t.api.deleteBatch(ID, { ...t.options, timeout: 150, maxRetries: 0 }), {
        code: "timeout",
        attempts: 1,
        message: /no whole response within timeout \(150 ms\)/,
      });
    },
  },
  {
    name: "an error with a body above 1 MiB keeps its code and an excerpt",
    run: async (t) => {
      await t.world.faults([
        {
          status: 400,
          body: "x".repeat(1024),
          repeatBody: 4096,
          chunked: true,
          match: { method: "DELETE" },
          times: 2,
        },
      ]);
      await t.world.faults([{ match: { method: "GET" }, status: 404 }]);
      const error = await refusal(t, t.api.deleteBatch(ID, t.options), {
        code: "bad_request",
        status: 400,
      });
      t.assert.equal(error.body.length, 1000);
    },
  },
  {
    name: "404",
    run: async (t) => {
      const error = await refusal(t, t.api.deleteBatch(ID, t.options), {
        code: "not_found",
        status: 404,
        type: "not_found_error",
        attempts: 1,
      });
      t.assert.match(error.message, /: 404 not_found_error: .* \(request id: req_.*\)$/);
      t.assert.equal(error.body.error.type, "not_found_error");
      t.assert.equal(error.headers.get("request-id"), error.requestId);
    },
  },
  ...[
    ["reset after the effect", { reset: "after" }, RESENDING],
    ["broken off after the effect", { reset: "during" }, WEBKIT],
  ].map(([name, fault, resending]) => ({
    name: `${name}, then 404: it is gone`,
    run: async (t) => {
      const id = await batch(t);
      await t.world.faults([fault]);
      const settled = await t.api.deleteBatch(id, t.options).catch((error) => error);
      const { length } = await received(t);
      const failed = length === 3 && WEBKIT.test(t.runtime.name);
      if (!failed) t.assert.equal(length, 2);
      await assertGone(t, id);
      // A runtime that sends it again by itself does not show it: the 404 is the first response seen.
      const resent = !failed && resending.test(t.runtime.name) && settled.attempts === 1;
      if (resent) return t.assert.equal(settled.code, "not_found");
      t.assert.deepEqual(settled, { id, type: "message_batch_deleted" });
      t.assert.match(settled._request_id, /^req_/);
    },
  })),
  ...[
    ["truncated after the effect", { truncate: 5 }],
    [
      "JSON cut after the effect, though the body ends",
      { status: 200, body: '{"id": "m', effect: true },
    ],
    ["timed out after the effect", { hang: true, effect: true }],
    ["responded 500 after the effect", { status: 500, effect: true, headers: AT_ONCE }],
    ["responded 529 after the effect", { status: 529, effect: true, headers: AT_ONCE }],
  ].map(([name, fault]) => ({
    name: `${name}, then 404: it is gone`,
    run: async (t) => {
      const id = await batch(t);
      await t.world.faults([fault]);
      const deleted = await t.api.deleteBatch(id, { ...t.options, timeout: ENOUGH_MS });
      t.assert.deepEqual(deleted, { id, type: "message_batch_deleted" });
      t.assert.match(deleted._request_id, /^req_/);
      t.assert.equal((await received(t)).length, 2);
      await assertGone(t, id);
    },
  })),
  {
    name: "500 after the effect, then 403: one status check says that the batch is gone",
    run: async (t) => {
      const refusal403 = { match: { method: "DELETE" }, status: 403, json: {} };
      for (const effect of [true, false]) {
        const id = await batch(t);
        const lost = { match: { method: "DELETE" }, status: 500, effect, headers: AT_ONCE };
        await t.world.faults([lost, refusal403]);
        const deletion = t.api.deleteBatch(id, t.options);
        if (effect) t.assert.equal((await deletion).id, id);
        else await refusal(t, deletion, { code: "permission" });
        const methods = (await received(t)).map((call) => call.split(" ")[0]);
        t.assert.deepEqual(methods.slice(-3), ["DELETE", "DELETE", "GET"]);
      }
    },
  },
  {
    name: "429, then 404: nothing was lost, so it was not there",
    run: async (t) => {
      await t.world.faults([{ status: 429, headers: AT_ONCE }]);
      await refusal(t, t.api.deleteBatch(ID, t.options), { code: "not_found", attempts: 2 });
    },
  },
  ...[301, 302, 303, 307, 308].map((status) => ({
    name: `${status} is not followed`,
    run: async (t) => {
      const id = await batch(t);
      const location = `${t.world.url}/v1/messages/batches/msgbatch_elsewhere`;
      await t.world.faults([{ status, headers: { location } }]);
      await refusal(t, t.api.deleteBatch(id, t.options), { code: "redirect", attempts: 1 });
      t.assert.deepEqual(await received(t), [`DELETE /v1/messages/batches/${id}`]);
      await assertKept(t, id);
    },
  })),
  {
    name: "502 with HTML",
    run: async (t) => {
      await t.world.faults([
        { status: 502, body: HTML, contentType: "text/html", headers: AT_ONCE, times: 3 },
      ]);
      const error = await refusal(t, t.api.deleteBatch(ID, t.options), {
        code: "server",
        status: 502,
        attempts: 3,
        type: undefined,
        message: /: 502 without the API's error envelope \(request id: req_[^)]+\)$/,
      });
      t.assert.ok(error.body.startsWith("<!doctype html>"));
      t.assert.equal(error.body.length, 1000);
    },
  },
  ...STATUSES.map(([status, code, type]) => ({
    name: `${status} is ${code}`,
    isPure: true,
    run: async (t) => {
      await t.world.faults([{ status, times: null }]);
      const error = await refusal(t, t.api.deleteBatch(ID, { ...t.options, maxRetries: 0 }), {
        code,
        status,
        type,
        attempts: 1,
      });
      t.assert.equal(error.requestId, error.headers.get("request-id"));
      t.assert.equal(error.body.request_id, error.requestId);
    },
  })),
  ...[408, 418, 422].map((status) => ({
    name: `${status} is any other status`,
    isPure: true,
    run: async (t) => {
      await t.world.faults([{ status, times: null }]);
      await refusal(t, t.api.deleteBatch(ID, { ...t.options, maxRetries: 0 }), {
        code: "http",
        status,
      });
    },
  })),
  {
    name: "error.details.error_code is passed on",
    isPure: true,
    run: async (t) => {
      const error = {
        type: "billing_error",
        message: "No credit",
        details: { error_code: "credit_balance_too_low" },
      };
      await t.world.faults([{ status: 402, json: { type: "error", error, request_id: "req_x" } }]);
      await refusal(t, t.api.deleteBatch(ID, t.options), {
        errorCode: "credit_balance_too_low",
        type: "billing_error",
      });
    },
  },
  {
    name: "a hidden request-id header: the envelope's serves",
    run: async (t) => {
      const error = { type: "permission_error", message: "No" };
      await t.world.faults([
        {
          status: 403,
          json: { type: "error", error, request_id: "req_of_the_envelope" },
          headers: { "request-id": null },
        },
      ]);
      await refusal(t, t.api.deleteBatch(ID, t.options), { requestId: "req_of_the_envelope" });
    },
  },
  {
    name: "connection refused",
    where: "server",
    run: async (t) => {
      const error = await refusal(
        t,
        t.api.deleteBatch(ID, { ...t.options, baseURL: "http://127.0.0.1:59999", maxRetries: 0 }),
        { code: "connection", status: undefined, attempts: 1 },
      );
      t.assert.ok(error.cause instanceof Error);
      t.assert.ok(error.cause.message.length > 0);
    },
  },
  {
    name: "connection reset before the effect is retried",
    run: async (t) => {
      const id = await batch(t);
      await t.world.faults([{ reset: "before" }]);
      await t.api.deleteBatch(id, t.options);
      await assertGone(t, id);
    },
  },
  {
    name: "connection reset each time",
    run: async (t) => {
      await t.world.faults([{ reset: "before", times: null }]);
      await refusal(t, t.api.deleteBatch(ID, { ...t.options, maxRetries: 1 }), {
        code: "connection",
      });
    },
  },
  {
    name: "no response within timeout",
    run: async (t) => {
      await t.world.faults([{ hang: true, times: null }]);
      await refusal(t, t.api.deleteBatch(ID, { ...t.options, timeout: 100, maxRetries: 1 }), {
        code: "timeout",
        attempts: 2,
      });
    },
  },
];
