// A key shows in no error.

import { assertNoSecret, KEY, refusal } from "./support.js";

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";

/** Responses that echo the key. */
const ECHOES = [
  [
    "in the API's message",
    {
      status: 401,
      json: {
        type: "error",
        error: { type: "authentication_error", message: `invalid key ${KEY}` },
      },
    },
  ],
  [
    "in the type and the id",
    {
      status: 401,
      json: {
        type: "error",
        error: { type: KEY, message: "no", details: { error_code: KEY } },
        request_id: KEY,
      },
      headers: { "request-id": KEY },
    },
  ],
  ["in a header", { status: 403, headers: { "x-echo": `x-api-key: ${KEY}` } }],
  [
    "in HTML",
    {
      status: 502,
      body: `<p>${KEY}</p>`,
      contentType: "text/html",
      times: 3,
      headers: { "retry-after-ms": "1" },
    },
  ],
  ["in a body that is not a response", { status: 200, body: KEY }],
  ["in the name of a field", { status: 200, json: { [KEY]: KEY } }],
];

export const cases = [
  ...ECHOES.map(([name, fault]) => ({
    name: `the key ${name}`,
    run: async (t) => {
      await t.world.faults([fault]);
      const attempts = [];
      const onAttempt = ({ error }) => attempts.push(error);
      // `refusal` searches the whole error.
      const error = await refusal(t, t.api.deleteBatch(ID, { ...t.options, onAttempt }), {});
      t.assert.ok(JSON.stringify(error.toJSON()).includes("[redacted]"), "the redaction is marked");
      for (const error of attempts) assertNoSecret(t, error);
    },
  })),
  {
    name: "an auth token, with and without its scheme",
    run: async (t) => {
      const token = "token-SECRET";
      const message = `Bearer ${token} is not valid, ${token} neither`;
      await t.world.faults([
        { status: 401, json: { type: "error", error: { type: "authentication_error", message } } },
      ]);
      const options = { ...t.options, apiKey: undefined, authToken: token };
      assertNoSecret(t, await refusal(t, t.api.deleteBatch(ID, options), { status: 401 }), token);
    },
  },
  {
    name: "a key in a header of the caller's, and one from a function",
    run: async (t) => {
      const message = "no: header-SECRET function-SECRET";
      const fault = {
        status: 401,
        json: { type: "error", error: { type: "authentication_error", message } },
      };
      await t.world.faults([fault, fault]);
      const header = {
        ...t.options,
        apiKey: undefined,
        headers: { authorization: "Bearer header-SECRET" },
      };
      assertNoSecret(t, await refusal(t, t.api.deleteBatch(ID, header), {}), "header-SECRET");
      const byFunction = { ...t.options, apiKey: () => "function-SECRET" };
      assertNoSecret(t, await refusal(t, t.api.deleteBatch(ID, byFunction), {}), "function-SECRET");
    },
  },
  {
    name: "the credentials in other headers of the caller's",
    run: async (t) => {
      const secrets = {
        ...{ client: "client-SECRET", goog: "goog-SECRET", session: "session-SECRET" },
        ...{ jwt: "jwt-SECRET", phrase: "phrase-SECRET" },
      };
      const password = "password-SECRET";
      const headers = {
        "cf-access-client-secret": secrets.client,
        "x-goog-api-key": secrets.goog,
        "proxy-authorization": `Basic ${btoa(`me:${password}`)}`,
        "x-jwt": secrets.jwt,
        "x-passphrase": secrets.phrase,
        "x-cookie": `theme=dark; session=${secrets.session}`,
      };
      const all = [...Object.values(secrets), password];
      const message = `no: ${all.join(" ")}`;
      const error = { type: "authentication_error", message };
      await t.world.faults([{ status: 403, json: { type: "error", error } }]);
      const options = { ...t.options, headers };
      const refused = await refusal(t, t.api.deleteBatch(ID, options), { status: 403 });
      for (const secret of all) assertNoSecret(t, refused, secret);
      t.assert.match(refused.message, /no:( \[redacted\]){6}/);
    },
  },
  {
    name: "a fetch that fails with the request in its error",
    run: async (t) => {
      const fetch = (url, init) => {
        const error = new TypeError(`could not send ${JSON.stringify(init.headers)}`, {
          cause: Object.assign(new Error(`x-api-key: ${KEY}`), { code: "EKEY", config: init }),
        });
        return Promise.reject(Object.assign(error, { request: { url, init } }));
      };
      const error = await refusal(
        t,
        t.api.deleteBatch(ID, { ...t.options, fetch, maxRetries: 0 }),
        { code: "connection" },
      );
      t.assert.equal(error.cause.name, "TypeError");
      t.assert.equal(error.cause.cause.code, "EKEY");
    },
  },
  {
    name: "bad input next to a key",
    run: async (t) => {
      for (const options of [
        { apiKey: `${KEY}\n` },
        { apiKey: `${KEY} ` },
        { authToken: KEY },
        { headers: { "x-api-key": `${KEY}\n` } },
      ]) {
        await refusal(t, t.api.deleteBatch(ID, { ...t.options, ...options }), {
          code: "invalid_option",
        });
      }
    },
  },
];
