// Credentials that a function of the caller's supplies.

import { assertGone, batch, refusal } from "./support.js";

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";

const keys = async (t) => {
  const { requests } = await t.world.requests();
  return requests.map(({ headers }) => new Map(headers.map(([n, v]) => [n.toLowerCase(), v])));
};

export const cases = [
  {
    name: "a function is called once per attempt",
    run: async (t) => {
      const id = await batch(t);
      await t.world.faults([{ status: 503, headers: { "retry-after-ms": "1" }, times: 2 }]);
      let calls = 0;
      await t.api.deleteBatch(id, { ...t.options, apiKey: () => `key-${++calls}` });
      const sent = (await keys(t)).map((headers) => headers.get("x-api-key"));
      t.assert.deepEqual(sent, ["key-1", "key-2", "key-3"]);
      await assertGone(t, id);
    },
  },
  {
    name: "an async function for an auth token",
    run: async (t) => {
      const id = await batch(t);
      const authToken = async () => "token-SECRET";
      await t.api.deleteBatch(id, { ...t.options, apiKey: undefined, authToken });
      const [headers] = await keys(t);
      t.assert.equal(headers.get("authorization"), "Bearer token-SECRET");
      t.assert.equal(headers.has("x-api-key"), false);
    },
  },
  ...[
    [
      "throws",
      () => {
        throw new RangeError("vault sealed");
      },
    ],
    ["rejects", () => Promise.reject(new RangeError("vault sealed"))],
  ].map(([name, apiKey]) => ({
    name: `a function that ${name}`,
    run: async (t) => {
      const error = await refusal(t, t.api.deleteBatch(ID, { ...t.options, apiKey }), {
        code: "missing_credentials",
        message: /^the function apiKey failed: vault sealed/,
        attempts: 0,
      });
      t.assert.equal(error.cause.name, "RangeError");
      t.assert.equal(error.cause.message, "vault sealed");
      t.assert.deepEqual((await t.world.requests()).requests, []);
    },
  })),
  ...[
    ["undefined", undefined, /not undefined/],
    ["an empty string", "", /not an empty string/],
    ["a number", 5, /not the number 5/],
    ["a key with a newline", "sk-test-SECRET\n", /U\+000A at index 14/],
  ].map(([name, response, message]) => ({
    name: `a function that returns ${name}`,
    run: async (t) => {
      const apiKey = () => response;
      await refusal(t, t.api.deleteBatch(ID, { ...t.options, apiKey }), {
        code: "invalid_option",
        message,
      });
      t.assert.deepEqual((await t.world.requests()).requests, []);
    },
  })),
  {
    name: "a function that never settles is bounded by totalTimeout",
    run: async (t) => {
      const apiKey = () => new Promise(() => {});
      await refusal(t, t.api.deleteBatch(ID, { ...t.options, apiKey, totalTimeout: 50 }), {
        code: "timeout",
        attempts: 0,
      });
    },
  },
  {
    name: "a wrong key",
    run: async (t) => {
      await refusal(t, t.api.deleteBatch(ID, { ...t.options, apiKey: "invalid-sk-test-SECRET" }), {
        code: "authentication",
        status: 401,
        type: "authentication_error",
        attempts: 1,
      });
    },
  },
];
