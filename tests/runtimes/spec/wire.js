// A call on the wire: method, path, query and each header.

import { batch, GUARDED, KEY, received, takesCache } from "./support.js";

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";

/** The headers that every call of ours carries. */
const OURS = {
  accept: "application/json",
  "anthropic-version": "2023-06-01",
  "x-api-key": KEY,
};

const BETAS = ["message-batches-2024-09-24", "files-api-2025-04-14", "some-flag-2027-01-01"];

/**
 * Makes a call and compares the request with that of a bare fetch of the same runtime, whose own
 * headers (host, user-agent, ...) are the only others.
 */
async function compare(
  t,
  { options = {}, headers = {}, target = `/v1/messages/batches/${ID}`, call, method = "DELETE" },
) {
  await t.world.create({ id: ID });
  const prefix = new URL(t.world.url).pathname;
  const bareTarget = `${t.world.url}/v1/messages/batches/${ID}`;
  await t.world.faults([{ status: 200, json: {} }]);
  // A runtime that takes the member sends headers of its own with it.
  const cache = method === "GET" && takesCache() ? { cache: "no-store" } : {};
  const bareFetch = t.api.bareFetch ?? fetch;
  const response = await bareFetch(bareTarget, { method, redirect: "manual", ...cache });
  await response.text();
  const [bare] = (await t.world.requests()).requests;
  await t.world.clearRequests();

  await (call ?? t.api.deleteBatch)(ID, { ...t.options, ...options });
  const { requests } = await t.world.requests();
  t.assert.equal(requests.length, 1, "one request");
  const [ours] = requests;
  const version = ours.head.split("\r\n")[0];
  t.assert.equal(version, `${method} ${prefix}${target} HTTP/1.1`);
  t.assert.equal(ours.body, "", "no body");

  const expected = fields(bare.headers);
  if (method === "DELETE" && GUARDED.test(t.runtime.name)) {
    expected.delete("content-length");
    expected.set("transfer-encoding", "chunked");
  }
  for (const [name, value] of Object.entries({ ...OURS, ...pageHeaders(t), ...headers })) {
    if (value === null) expected.delete(name);
    else if (value !== "bare") expected.set(name, value);
  }
  t.assert.deepEqual(sorted(fields(ours.headers)), sorted(expected));
}

/** A page that sends a key itself says so. */
function pageHeaders(t) {
  return t.runtime.page ? { "anthropic-dangerous-direct-browser-access": "true" } : {};
}

const fields = (headers) => new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));
const sorted = (map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

export const cases = [
  { name: "no betas", run: (t) => compare(t, {}) },
  {
    name: "an empty list of betas sends no betas",
    run: (t) => compare(t, { options: { betas: [] } }),
  },
  {
    name: "one beta",
    run: (t) =>
      compare(t, {
        options: { betas: BETAS.slice(0, 1) },
        headers: { "anthropic-beta": BETAS[0] },
        target: `/v1/messages/batches/${ID}?beta=true`,
      }),
  },
  {
    name: "three betas, in order",
    run: (t) =>
      compare(t, {
        options: { betas: BETAS },
        headers: { "anthropic-beta": BETAS.join(",") },
        target: `/v1/messages/batches/${ID}?beta=true`,
      }),
  },
  {
    name: "a duplicate beta is sent once",
    run: (t) =>
      compare(t, {
        options: { betas: [BETAS[1], BETAS[0], BETAS[1]] },
        headers: { "anthropic-beta": `${BETAS[1]},${BETAS[0]}` },
        target: `/v1/messages/batches/${ID}?beta=true`,
      }),
  },
  {
    name: "every known beta",
    run: (t) =>
      compare(t, {
        options: { betas: t.api.ANTHROPIC_BETAS },
        headers: { "anthropic-beta": t.api.ANTHROPIC_BETAS.join(",") },
        target: `/v1/messages/batches/${ID}?beta=true`,
      }),
  },
  {
    name: "workspace id",
    run: (t) =>
      compare(t, {
        options: { workspaceId: "wrkspc_01" },
        headers: { "anthropic-workspace-id": "wrkspc_01" },
      }),
  },
  {
    name: "auth token",
    run: (t) =>
      compare(t, {
        options: { apiKey: undefined, authToken: "token-SECRET" },
        headers: { "x-api-key": null, authorization: "Bearer token-SECRET" },
      }),
  },
  {
    name: "another version of the API",
    run: (t) =>
      compare(t, {
        options: { anthropicVersion: "2026-10-21" },
        headers: { "anthropic-version": "2026-10-21" },
      }),
  },
  {
    name: "a removed default header",
    run: (t) => compare(t, { options: { headers: { Accept: null } }, headers: { accept: "bare" } }),
  },
  {
    name: "a replaced default header, and an added one",
    run: (t) =>
      compare(t, {
        options: { headers: { "X-Api-Key": "another-key", "x-trace": "1 2\t3" } },
        headers: { "x-api-key": "another-key", "x-trace": "1 2\t3" },
      }),
  },
  {
    name: "headers as a Headers object",
    run: (t) =>
      compare(t, {
        options: {
          headers: new Headers([
            ["x-trace", "a"],
            ["X-Trace", "b"],
          ]),
        },
        headers: { "x-trace": "a, b" },
      }),
  },
  {
    name: "headers as pairs",
    run: (t) =>
      compare(t, {
        options: {
          headers: [
            ["x-trace", "a"],
            ["accept", null],
          ],
        },
        headers: { "x-trace": "a", accept: "bare" },
      }),
  },
  {
    name: "null as the key sends no credential",
    run: async (t) => {
      await t.world.faults([
        {
          match: { method: "DELETE" },
          times: null,
          status: 200,
          json: { id: ID, type: "message_batch_deleted" },
        },
      ]);
      await compareWithoutCredential(t);
    },
  },
  ...["", "/"].map((slash) => ({
    name: `base URL with a path prefix, ${slash ? "with" : "without"} a trailing slash`,
    run: async (t) => {
      await t.world.settings({ basePath: "/gateway/anthropic" });
      await compare(t, {
        options: { baseURL: `${t.world.url}/gateway/anthropic${slash}` },
        target: `/gateway/anthropic/v1/messages/batches/${ID}`,
      });
    },
  })),
  {
    name: "a path as the base URL, without a credential",
    where: "page",
    run: async (t) => {
      await t.world.create({ id: ID });
      await t.world.faults([
        {
          match: { method: "DELETE" },
          status: 200,
          json: { id: ID, type: "message_batch_deleted" },
        },
      ]);
      await t.api.deleteBatch(ID, { baseURL: new URL(t.world.url).pathname });
      const [{ headers }] = (await t.world.requests()).requests;
      t.assert.equal(fields(headers).has("x-api-key"), false);
      t.assert.equal(fields(headers).has("authorization"), false);
      t.assert.equal(fields(headers).has("anthropic-dangerous-direct-browser-access"), false);
    },
  },
  {
    name: "retrieve",
    run: (t) => compare(t, { call: t.api.retrieveBatch, method: "GET" }),
  },
  {
    name: "cancel",
    run: async (t) => {
      await t.world.create({ id: ID, status: "in_progress" });
      await t.api.cancelBatch(ID, t.options);
      t.assert.deepEqual(await received(t), [`POST /v1/messages/batches/${ID}/cancel`]);
    },
  },
  {
    name: "ids of every allowed character, as they are",
    run: async (t) => {
      const id = "aZ09-._~..%".replace("%", "") + "x".repeat(246);
      t.assert.equal(id.length, 256);
      await t.world.create({ id });
      await t.api.deleteBatch(id, t.options);
      t.assert.deepEqual(await received(t), [`DELETE /v1/messages/batches/${id}`]);
    },
  },
  {
    name: "the result is the object that the API sent, its request id not enumerable",
    run: async (t) => {
      const id = await batch(t);
      const result = await t.api.deleteBatch(id, t.options);
      t.assert.deepEqual(result, { id, type: "message_batch_deleted" });
      t.assert.deepEqual(Object.keys(result), ["id", "type"]);
      t.assert.match(result._request_id, /^req_/);
    },
  },
  {
    name: "a field that the API adds one day is passed on",
    run: async (t) => {
      const json = { id: ID, type: "message_batch_deleted", deleted_at: "2027-01-01T00:00:00Z" };
      await t.world.faults([{ status: 200, json }]);
      t.assert.deepEqual(await t.api.deleteBatch(ID, t.options), json);
    },
  },
];

async function compareWithoutCredential(t) {
  await t.api.deleteBatch(ID, { ...t.options, apiKey: null });
  const [{ headers }] = (await t.world.requests()).requests;
  t.assert.equal(fields(headers).has("x-api-key"), false);
  t.assert.equal(fields(headers).has("authorization"), false);
  t.assert.equal(fields(headers).has("anthropic-dangerous-direct-browser-access"), false);
}
