// Values that only the caller's own code can make: a `fetch` that throws, or resolves with an imitated Response,
// signals of a polyfill, reasons and ids of every kind. `fetch` is the caller's, because no server can
// send these. Each call settles.

import { assertGone, batch, refusal, takesCache, thrown } from "./support.js";

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";
const DELETED = JSON.stringify({ id: ID, type: "message_batch_deleted" });
const neverSent = () => {
  throw new Error("sent");
};
const withFetch = (t, fetch, more) => ({ ...t.options, maxRetryDelay: 1, fetch, ...more });
const remove = (t, fetch, more) => t.api.deleteBatch(ID, withFetch(t, fetch, more));
const fails = (t, fetch, code, message) => refusal(t, remove(t, fetch), { code, message });
const lookAlike = (rest) => async () => ({ status: 200, headers: new Map(), ...rest });

export const cases = [
  {
    name: "fetch rejects with a value that is not an Error",
    isPure: false,
    run: async (t) => {
      const bare = Object.create(null);
      for (const reason of ["stop", undefined, null, 7, {}, Symbol("s"), 10n, bare]) {
        const error = await fails(t, () => Promise.reject(reason), "connection", /no response/);
        t.assert.equal(error.attempts, 3);
      }
    },
  },
  {
    name: "fetch throws at once",
    run: async (t) => {
      const throwing = (value) => () => {
        throw value;
      };
      // A mistake of the caller's: no other attempt would be sent either.
      const error = new TypeError("no fetch");
      for (const value of [error, "a text", undefined]) {
        const options = withFetch(t, throwing(value));
        t.assert.equal(await thrown(t, t.api.deleteBatch(ID, options)), value);
        t.assert.equal(await thrown(t, t.api.deleteBatches([ID], options)), value);
        t.assert.equal(await thrown(t, t.api.listBatches(options).next()), value);
      }
    },
  },
  {
    name: "an object with a fetch method is called with itself",
    run: async (t) => {
      const binding = {
        fetch(url, init) {
          return this === binding ? fetch(url, init) : Promise.reject(new TypeError("no this"));
        },
      };
      const id = await batch(t, "ended");
      await t.api.deleteBatch(id, { ...t.options, fetch: binding });
      await assertGone(t, id);
    },
  },
  {
    name: "a permission that is missing, or a fetch without its object, is reported at once",
    isPure: false,
    run: async (t) => {
      const denied = Object.assign(new Error("Requires net access"), { name: "NotCapable" });
      const cause = Object.assign(new Error("restricted"), { code: "ERR_ACCESS_DENIED" });
      const restricted = new TypeError("fetch failed", { cause });
      for (const reason of [denied, restricted, new TypeError("Illegal invocation")]) {
        const error = await fails(t, () => Promise.reject(reason), "connection", /no resp/);
        t.assert.equal(error.attempts, 1);
      }
    },
  },
  {
    name: "an error whose getters throw, and one that is its own cause",
    run: async (t) => {
      const hostile = {
        get name() {
          throw new Error("1");
        },
        get message() {
          throw new Error("2");
        },
        get cause() {
          throw new Error("3");
        },
      };
      await fails(t, () => Promise.reject(hostile), "connection", /no response/);
      const round = new Error("round");
      round.cause = round;
      await fails(t, () => Promise.reject(round), "connection", /round: round/);
    },
  },
  {
    name: "an error with a digest, by which a framework steers itself, is handed on at once",
    run: async (t) => {
      const error = Object.assign(new Error("DYNAMIC_SERVER_USAGE"), { digest: "DYNAMIC" });
      let sent = 0;
      const fetch = () => {
        sent += 1;
        return Promise.reject(error);
      };
      const options = withFetch(t, fetch);
      t.assert.equal(await thrown(t, t.api.deleteBatch(ID, options)), error);
      t.assert.equal(sent, 1);
      const raise = async () => {
        throw error;
      };
      const body = { getReader: () => ({ read: raise }) };
      for (const response of [{ text: raise }, { body }]) {
        const fetch = async () => ({ status: 200, headers: new Headers(), ...response });
        t.assert.equal(await thrown(t, t.api.deleteBatch(ID, withFetch(t, fetch))), error);
      }
      const apiKey = raise;
      t.assert.equal(await thrown(t, t.api.deleteBatch(ID, { ...options, apiKey })), error);
      t.assert.equal(sent, 1);
    },
  },
  {
    name: "an AggregateError has the messages of its errors, and a message stays one line",
    run: async (t) => {
      const errors = [new Error("refused ::1"), new Error("refused\n127.0.0.1")];
      const cause = new AggregateError(errors, "");
      const fetch = () => Promise.reject(new TypeError("fetch failed", { cause }));
      await fails(t, fetch, "connection", /: fetch failed: refused ::1; refused 127\.0\.0\.1$/);
    },
  },
  {
    name: "the error names the parts that a response lacks",
    run: async (t) => {
      const headers = new Headers();
      const json = async () => ({});
      for (const [response, parts] of [
        [{ ok: true, status: 200, json }, "headers, text"],
        [{ ok: true, status: 200, headers, json }, "text"],
        [undefined, "status, headers, text"],
      ]) {
        const message = new RegExp(`not a Response: it lacks ${parts}$`);
        await fails(t, async () => response, "connection", message);
      }
    },
  },
  ...[
    ["a redirect", { status: 302 }],
    ["a length above 1 MiB", { headers: new Headers({ "content-length": `${1 << 21}` }) }],
    ["a body above 1 MiB", { chunk: new Uint8Array(1 << 21) }],
    ["a body that never arrives", { hangs: true }],
  ].map(([name, { chunk, hangs, ...parts }]) => ({
    name: `the body of a response is canceled even if fetch ignores the signal: ${name}`,
    run: async (t) => {
      let canceled = 0;
      const fetch = async () => {
        const body = new ReadableStream({
          pull: (controller) => (hangs ? new Promise(() => {}) : controller.enqueue(chunk)),
          cancel: () => {
            canceled += 1;
          },
        });
        return { status: 200, headers: new Headers(), url: "http://x", body, ...parts };
      };
      const options = { ...withFetch(t, fetch), maxRetries: 0, timeout: hangs ? 20 : 60_000 };
      t.assert.ok(await thrown(t, t.api.deleteBatch(ID, options)));
      t.assert.equal(canceled, 1);
    },
  })),
  {
    name: "fetch resolves with a value that is not a Response",
    run: async (t) => {
      const hostile = {
        get status() {
          throw new Error("1");
        },
      };
      for (const value of [
        ...[undefined, null, "text", {}, { status: "x" }, { status: 200 }, hostile],
        ...[
          { status: 200, headers: 5 },
          { status: 200.5, headers: new Headers() },
        ],
      ]) {
        await fails(t, async () => value, "connection", /something that is not a Response/);
      }
      await fails(
        t,
        async () => Response.error(),
        "connection",
        /no response: fetch resolved with/,
      );
    },
  },
  {
    name: "an imitated Response is accepted",
    run: async (t) => {
      const deleted = JSON.parse(DELETED);
      t.assert.deepEqual(await remove(t, lookAlike({ text: async () => DELETED })), deleted);
      // Neither a promise nor an async function.
      const plain = () => ({ status: 200, headers: new Map(), text: () => DELETED });
      t.assert.deepEqual(await remove(t, plain), deleted);
    },
  },
  {
    name: "bodies that no server sends",
    run: async (t) => {
      const torn = () => {
        throw new Error("torn");
      };
      const strings = () =>
        new ReadableStream({
          start(controller) {
            controller.enqueue("text");
            controller.close();
          },
        });
      const reading = (read) => ({ getReader: () => ({ read }) });
      const endless = async () => ({ value: new Uint8Array(1 << 19) });
      for (const [rest, code, message] of [
        [{ text: async () => 5 }, "invalid_response", /empty body/],
        [{ text: torn }, "connection", /torn/],
        [{ body: 5, text: null }, "connection", /it lacks text$/],
        [{ body: strings() }, "connection", /not a stream of bytes/],
        [{ body: reading(endless) }, "invalid_response", /larger than 1 MiB/],
      ]) {
        await refusal(t, remove(t, lookAlike(rest), { maxRetries: 0 }), { code, message });
      }
      const nothing = lookAlike({ body: reading(async () => undefined) });
      await fails(t, nothing, "connection", /broke off/);
    },
  },
  {
    name: "a GET is not served from a cache, if the runtime allows that",
    isPure: false,
    run: async (t) => {
      const seen = [];
      const batch = { id: ID, type: "message_batch", processing_status: "ended" };
      const fetch = async (_, init) => {
        seen.push([init.method, init.cache]);
        return Response.json(init.method === "GET" ? batch : JSON.parse(DELETED));
      };
      await t.api.retrieveBatch(ID, withFetch(t, fetch));
      await t.api.deleteBatch(ID, withFetch(t, fetch));
      t.assert.deepEqual(seen, [
        ["GET", takesCache() ? "no-store" : undefined],
        ["DELETE", undefined],
      ]);
    },
  },
  {
    name: "an id that is a credential is refused, and shows nowhere",
    run: async (t) => {
      const apiKey = "the-key-of-a-gateway";
      for (const id of ["sk-ant-api03-SECRET", apiKey]) {
        const options = withFetch(t, neverSent, { apiKey, dangerouslyAllowBrowser: true });
        for (const name of ["deleteBatch", "retrieveBatch", "cancelBatch"]) {
          const error = await refusal(t, t.api[name](id, options), { code: "invalid_option" });
          t.assert.ok(!`${error.message}${JSON.stringify(error)}`.includes(id), error.message);
        }
        const from = { ...options, after: id };
        const pages = [t.api.listBatches(from).next(), t.api.purgeBatches({ ...from, all: true })];
        for (const page of pages)
          await refusal(t, page, { code: "invalid_option", option: "after" });
        // Only the call of the function tells the credential.
        const late = { ...options, apiKey: async () => id };
        await refusal(t, t.api.deleteBatch(id, late), { code: "invalid_option", option: "id" });
        for (const name of ["deleteBatches", "cancelBatches"]) {
          for (const each of [options, late]) {
            const { failed } = await t.api[name]([id], each);
            t.assert.deepEqual(
              failed.map(({ error }) => error.code),
              ["invalid_option"],
            );
          }
        }
      }
    },
  },
  {
    name: "an abort hands the reason on, whatever it is",
    isPure: false,
    run: async (t) => {
      for (const reason of ["stop", undefined, null, 0, Symbol.iterator, { code: "mine" }]) {
        const controller = new AbortController();
        const call = remove(t, () => new Promise(() => {}), { signal: controller.signal });
        controller.abort(reason);
        t.assert.ok(Object.is(await thrown(t, call), controller.signal.reason), String(reason));
      }
    },
  },
  {
    name: "a signal of a polyfill",
    isPure: false,
    run: async (t) => {
      const ignore = () => {};
      const listeners = { addEventListener: ignore, removeEventListener: ignore };
      const aborted = { aborted: true, reason: "mine", ...listeners };
      t.assert.equal(await thrown(t, remove(t, neverSent, { signal: aborted })), "mine");
      const hostile = {
        get aborted() {
          throw new Error("1");
        },
      };
      for (const signal of [{}, 5, { aborted: true }]) {
        const message = /^signal must be an AbortSignal/;
        await refusal(t, remove(t, neverSent, { signal }), { code: "invalid_option", message });
      }
      await refusal(t, remove(t, neverSent, { signal: hostile }), { code: "invalid_option" });
    },
  },
  {
    name: "ids of every kind",
    run: async (t) => {
      for (const id of [
        ...[undefined, null, 5, true, [], {}, () => 1, Symbol("s"), 1n, "", "\ud800"],
        Object("x"),
      ]) {
        for (const name of ["deleteBatch", "retrieveBatch", "cancelBatch"]) {
          const call = t.api[name](id, withFetch(t, neverSent));
          const expected = { code: "invalid_option", message: /^id must be/, attempts: 0 };
          await refusal(t, call, expected);
        }
      }
    },
  },
  {
    name: "options that throw, or are not an object",
    run: async (t) => {
      const throws = () => {
        throw new Error("1");
      };
      for (const options of [
        Object.defineProperty({}, "timeout", { enumerable: true, get: throws }),
        new Proxy({}, { ownKeys: throws }),
        { headers: Object.defineProperty({}, "x", { enumerable: true, get: throws }) },
        { headers: { [Symbol.iterator]: throws } },
        ...[5, [], () => {}, "text"],
      ]) {
        await refusal(t, t.api.deleteBatch(ID, options), { code: "invalid_option" });
      }
    },
  },
  {
    name: "an onAttempt that throws changes nothing",
    run: async (t) => {
      const busy = async () => new Response("", { status: 500 });
      const onAttempt = () => {
        throw new Error("1");
      };
      const expected = { code: "server", attempts: 3 };
      await refusal(t, remove(t, busy, { onAttempt }), expected);
    },
  },
  {
    name: "a function for the credential of every kind",
    run: async (t) => {
      for (const [apiKey, message] of [
        [() => Promise.reject("vault"), /apiKey failed: vault/],
        [() => Promise.reject(new Error("vault")), /apiKey failed: vault/],
        [() => undefined, /apiKey \(what the function returned\) must be a string/],
        [() => "a b", /apiKey \(what the function returned\) must be a string of visible/],
      ]) {
        const options = { apiKey, dangerouslyAllowBrowser: true };
        await refusal(t, remove(t, neverSent, options), { message, attempts: 0 });
      }
    },
  },
];
