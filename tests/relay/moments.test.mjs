// The page aborts its request at each moment of a visit of the relay, in Node: the request to the API is
// aborted, or never sent. `fetch` is the caller's own here, because no server can choose the moment.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createRelay } from "delete-message-batch";

const BATCH = "http://relay.example/v1/messages/batches/msgbatch_1";
const deleted = { id: "msgbatch_1", type: "message_batch_deleted" };
const pending = () => new Promise(() => {});
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
const part = new TextEncoder().encode("{}");

/** A relay, the page's request to it, and the signals of the requests that the API got. */
function visit(options, method = "DELETE") {
  const page = new AbortController();
  const seen = { sent: [], errors: [] };
  const { fetch = () => Response.json(deleted), ...more } = options(() => page.abort(), seen);
  const relay = createRelay({
    apiKey: "sk-ant-secret",
    baseURL: "http://api.example",
    authorize: () => true,
    onError: (error) => seen.errors.push(error),
    fetch: (url, init) => {
      seen.sent.push(init.signal);
      return fetch(url, init);
    },
    ...more,
  });
  const request = () => relay(new Request(BATCH, { method, signal: page.signal }));
  return { abort: () => page.abort(), seen, relay, request };
}

/** Asserts that the relay has given up, and that the next request has its response. */
async function assertGone(response, { seen, relay }, sent) {
  assert.equal((await response).status, 499);
  assert.deepEqual(
    seen.sent.map(({ aborted }) => aborted),
    new Array(sent).fill(true),
  );
  assert.deepEqual(seen.errors, []);
  assert.equal((await relay(new Request(`${BATCH}/nothing`))).status, 404);
}

test("before the request: authorize is not called", async () => {
  let calls = 0;
  const authorize = () => {
    calls += 1;
    return true;
  };
  const visited = visit(() => ({ authorize }));
  visited.abort();
  await assertGone(visited.request(), visited, 0);
  assert.equal(calls, 0);
});

for (const [name, sent, options] of [
  ["from inside authorize", 0, (abort) => ({ authorize: () => abort() ?? true })],
  [
    "from inside authorize, which then throws",
    0,
    (abort) => ({
      authorize() {
        abort();
        throw new Error("thrown after the abort");
      },
    }),
  ],
  ["while authorize is pending", 0, () => ({ authorize: pending })],
  ["from inside the key function", 0, (abort) => ({ apiKey: () => abort() ?? "k" })],
  ["while the key function is pending", 0, () => ({ apiKey: pending })],
  ["from inside fetch", 1, (abort) => ({ fetch: () => abort() ?? Response.json(deleted) })],
  ["from inside fetch, which stays pending", 1, (abort) => ({ fetch: () => abort() ?? pending() })],
  [
    "from inside fetch, which then throws",
    1,
    (abort) => ({
      fetch() {
        abort();
        throw new Error("thrown after the abort");
      },
    }),
  ],
  ["while the API is pending", 1, () => ({ fetch: pending })],
  [
    "in the middle of a body that is read whole",
    1,
    () => ({
      fetch: () => new Response(new ReadableStream({ start: (it) => it.enqueue(part) })),
    }),
  ],
]) {
  test(name, async () => {
    const visited = visit(options);
    const response = visited.request();
    await turn();
    visited.abort();
    await assertGone(response, visited, sent);
  });
}

/** The API's body: a part of it, and the rest when the test wants it. It ends as the request does. */
function streaming(visitOptions) {
  let source;
  const start = (controller) => {
    source = controller;
    source.enqueue(part);
  };
  const fetch = (_, { signal }) => {
    const body = new ReadableStream({ start });
    signal.addEventListener("abort", () => source.error(signal.reason));
    return new Response(body);
  };
  return { end: () => source.close(), ...visit(() => ({ fetch, ...visitOptions }), "GET") };
}

for (const [name, options] of [
  ["that is masked", {}],
  ["that is handed on as it is", { apiKey: null }],
]) {
  test(`in the middle of a streamed body ${name}`, async () => {
    const { seen, request, abort } = streaming(options);
    const response = await request();
    const reader = response.body.getReader();
    assert.deepEqual((await reader.read()).value, part);
    assert.equal(seen.sent[0].aborted, false);
    const next = assert.rejects(reader.read(), { name: "AbortError" });
    abort();
    assert.equal(seen.sent[0].aborted, true);
    await next;
  });
}

test("after a streamed body has ended, or was cancelled, nothing is aborted", async () => {
  for (const finish of [
    async ({ end }, response) => {
      end();
      await response.text();
    },
    (_, response) => response.body.cancel("enough"),
  ]) {
    const visited = streaming({});
    const response = await visited.request();
    await finish(visited, response);
    visited.abort();
    assert.equal(visited.seen.sent[0].aborted, false);
  }
});

test("a signal that can't be listened to, and none at all", async () => {
  const { relay } = visit(() => ({}));
  const refusing = {
    aborted: false,
    addEventListener() {
      throw new Error("refused");
    },
  };
  for (const signal of [undefined, null, {}, refusing]) {
    const page = { method: "DELETE", url: BATCH, headers: new Headers(), signal };
    assert.deepEqual(await (await relay(page)).json(), deleted);
  }
});
