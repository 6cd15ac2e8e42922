// What a relay lets through, in both directions, and what it says when it can't.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { connect } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { APP, relayTo, SECRET, SIGNED_IN } from "./options.mjs";
import { requestBytes } from "./raw.mjs";
import { serveInNode, serveInWorkerd } from "./serve.mjs";

const LIST = "/api/v1/messages/batches";
const BATCH = `${LIST}/msgbatch_1`;

let emulator;
let world;
let errors;

before(async () => {
  emulator = await startEmulator();
});

after(() => emulator?.stop());

beforeEach(async () => {
  world = newWorld(emulator.origin);
  errors = [];
  await world.create({ id: "msgbatch_1" });
});

/** Asks a relay in this process. */
async function ask(target, { relay, options, headers = {}, ...init } = {}) {
  const asked = relay ?? relayTo(world.url, { onError: (error) => errors.push(error), ...options });
  const request = new Request(`https://relay.example${target}`, {
    headers: { [SIGNED_IN[0]]: SIGNED_IN[1], ...headers },
    ...init,
  });
  const response = await asked(request);
  const text = await response.text();
  return { status: response.status, headers: Object.fromEntries(response.headers), text };
}

async function envelope(response, status, type, message) {
  assert.equal(response.status, status, response.text);
  assert.deepEqual(JSON.parse(response.text), { type: "error", error: { type, message } });
}

test("the API receives its own headers, and of the page's only flags and workspace", async () => {
  const { status, text } = await ask(`${BATCH}?beta=true`, {
    method: "DELETE",
    headers: {
      cookie: "session=private",
      origin: APP,
      referer: `${APP}/page`,
      "x-api-key": "sk-of-the-page",
      "anthropic-beta": "files-api-2025-04-14,skills-2025-10-02",
      "anthropic-workspace-id": "wrkspc_allowed",
      "anthropic-version": "1999-01-01",
      "anthropic-dangerous-direct-browser-access": "true",
      "x-forwarded-for": "192.0.2.1",
      "x-forwarded-host": "app.example",
      "x-stainless-lang": "js",
      "content-type": "application/json",
    },
  });
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(text), { id: "msgbatch_1", type: "message_batch_deleted" });
  const { requests } = await world.requests();
  assert.equal(requests.length, 1);
  const [{ method, query, headers, body }] = requests;
  assert.deepEqual([method, query, body], ["DELETE", "beta=true", ""]);
  const sent = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
  // What Node sends with every fetch.
  for (const name of ["host", "connection", "accept-language", "accept-encoding"])
    delete sent[name];
  for (const name of ["sec-fetch-mode", "user-agent"]) delete sent[name];
  assert.deepEqual(sent, {
    accept: "application/json",
    "anthropic-beta": "files-api-2025-04-14,skills-2025-10-02",
    "anthropic-version": "2023-06-01",
    "anthropic-workspace-id": "wrkspc_allowed",
    "x-api-key": SECRET,
  });
});

test("of the response, only headers that a client acts on come back", async () => {
  await world.faults([
    {
      effect: true,
      headers: {
        "set-cookie": "a=b",
        server: "x",
        "access-control-allow-origin": "*",
        "x-should-retry": "false",
        "retry-after-ms": "5",
        "content-security-policy": "default-src *",
        via: "gateway",
      },
    },
  ]);
  const { headers } = await ask(LIST);
  assert.match(headers["request-id"], /^req_/);
  assert.deepEqual(Object.keys(headers).sort(), [
    "anthropic-ratelimit-requests-limit",
    "anthropic-ratelimit-requests-remaining",
    "anthropic-ratelimit-requests-reset",
    "cache-control",
    "content-security-policy",
    "content-type",
    "request-id",
    "retry-after-ms",
    "vary",
    "x-content-type-options",
    "x-should-retry",
  ]);
  assert.equal(headers["content-security-policy"], "sandbox; default-src 'none'");
});

for (const [status, type] of [
  [400, "invalid_request_error"],
  [401, "authentication_error"],
  [404, "not_found_error"],
  [409, "conflict_error"],
  [429, "rate_limit_error"],
  [500, "api_error"],
  [529, "overloaded_error"],
]) {
  test(`the API's ${status} passes as it is, after one attempt`, async () => {
    const json = {
      type: "error",
      error: { type, message: "“Its own words”" },
      request_id: "req_1",
    };
    await world.faults([{ status, json, headers: { "retry-after": "7" }, times: null }]);
    const response = await ask(BATCH, { method: "DELETE" });
    assert.equal(response.status, status);
    assert.deepEqual(JSON.parse(response.text), json);
    assert.equal(response.headers["retry-after"], "7");
    assert.equal(response.headers["x-should-retry"], undefined, "that is for the API to say");
    assert.equal((await world.requests()).requests.length, 1);
  });
}

test("a gateway's HTML passes, and can't run", async () => {
  const body = "<h1>Bad gateway</h1>";
  await world.faults([{ status: 502, body, contentType: "text/html" }]);
  const { status, text, headers } = await ask(LIST);
  assert.deepEqual([status, text], [502, body]);
  assert.match(headers["content-security-policy"], /sandbox/);
});

test("a key that a gateway echoes does not reach the page", async () => {
  await world.faults([
    { status: 401, body: `bad key ${SECRET}!`, headers: { "request-id": `req-${SECRET}` } },
  ]);
  const { status, text, headers } = await ask(LIST);
  assert.deepEqual([status, text], [401, "bad key [redacted]!"]);
  assert.equal(headers["request-id"]?.includes(SECRET), false);
});

for (const status of [301, 302, 303, 307, 308]) {
  test(`a redirect is not followed: ${status}`, async () => {
    const location = `${world.url}/v1/messages/batches/msgbatch_1`;
    await world.faults([{ status, headers: { location } }]);
    const response = await ask(LIST);
    await envelope(response, 502, "api_error", "relay: the API responded with a redirect");
    assert.equal(response.headers["x-should-retry"], "false");
    assert.equal(response.headers.location, undefined);
    assert.equal((await world.requests()).requests.length, 1);
  });
}

test("an API that can't be reached is 502, and the operator learns why", async () => {
  const response = await ask(LIST, { options: { baseURL: "http://127.0.0.1:9" } });
  await envelope(response, 502, "api_error", "relay: the API can't be reached");
  assert.equal(response.headers["x-should-retry"], undefined);
  const [error] = errors;
  assert.deepEqual([errors.length, error.name, error.code], [1, "BatchError", "connection"]);
  assert.ok(!JSON.stringify(error).includes(SECRET));
});

test("an error that breaks off is 502, too", async () => {
  await world.faults([{ status: 500, body: "0123456789", truncate: 4 }]);
  await envelope(await ask(LIST), 502, "api_error", "relay: the API can't be reached");
});

test("an API that does not respond in time is 504", async () => {
  await world.faults([{ hang: true }]);
  const response = await ask(LIST, { options: { timeout: 100 } });
  await envelope(response, 504, "timeout_error", "relay: the API did not respond in time");
  assert.equal(errors[0].code, "timeout");
  await gone();
});

test("a body arrives while it is sent, and breaks off where it does", async () => {
  await world.faults([
    { effect: true, bodyDelayMs: 1_000 },
    { effect: true, truncate: 20 },
  ]);
  const relay = relayTo(world.url);
  const headers = Object.fromEntries([SIGNED_IN]);
  const started = performance.now();
  const response = await relay(new Request(`https://relay.example${LIST}`, { headers }));
  assert.ok(performance.now() - started < 900, "the head comes first");
  assert.equal((await response.json()).data.length, 1);
  const broken = await relay(new Request(`https://relay.example${LIST}`, { headers }));
  await assert.rejects(broken.text());
});

test("a page of an allowed origin may read the response, whatever it is", async () => {
  const headers = { origin: APP, "sec-fetch-site": "cross-site" };
  for (const [target, init, status] of [
    [LIST, {}, 200],
    [BATCH, { method: "PUT" }, 405],
    [LIST, { headers: { authorization: "Bearer nobody" } }, 403],
  ]) {
    const response = await ask(target, { ...init, headers: { ...headers, ...init.headers } });
    assert.equal(response.status, status);
    assert.equal(response.headers["access-control-allow-origin"], APP);
    assert.equal(response.headers["access-control-allow-credentials"], "true");
    assert.match(
      response.headers["access-control-expose-headers"],
      /\brequest-id\b.*\bretry-after\b/,
    );
    assert.equal(response.headers.vary, "origin");
  }
  const own = await ask(LIST, { headers: { origin: "https://relay.example" } });
  assert.equal(own.status, 200);
  assert.equal(own.headers["access-control-allow-origin"], undefined, "its own page needs none");
});

test("an allowed origin's preflight has its response, signed out as browsers send it", async () => {
  const response = await ask(BATCH, {
    method: "OPTIONS",
    headers: {
      authorization: "",
      origin: APP,
      "access-control-request-method": "DELETE",
      "access-control-request-headers": "anthropic-version,authorization",
    },
  });
  assert.equal(response.status, 204);
  assert.equal(response.headers["access-control-allow-origin"], APP);
  assert.equal(response.headers["access-control-allow-methods"], "GET, POST, DELETE");
  assert.equal(response.headers["access-control-allow-headers"], "anthropic-version,authorization");
  assert.deepEqual((await world.requests()).requests, []);
});

for (const [what, authorize, status] of [
  ["true", () => true, 200],
  ["a promise of true", async () => true, 200],
  ["false", () => false, 403],
  ["a promise of false", async () => false, 403],
  ["a Response", () => new Response("sign in", { status: 401, headers: { "x-mine": "1" } }), 401],
  ["a throw", () => raise(new Error("database password: x")), 500],
  ["a rejection", async () => raise("no error even"), 500],
  ["nothing", () => undefined, 500],
  ["a word", () => "yes", 500],
  ["the number 1", () => 1, 500],
  ["an object", () => ({ ok: true }), 500],
]) {
  test(`authorize returns ${what}`, async () => {
    const response = await ask(LIST, { options: { authorize } });
    assert.equal(response.status, status);
    assert.equal((await world.requests()).requests.length, status === 200 ? 1 : 0);
    if (status === 403) assert.equal(JSON.parse(response.text).error.type, "permission_error");
    if (status === 401)
      assert.deepEqual([response.text, response.headers["x-mine"]], ["sign in", "1"]);
    if (status === 500) await envelope(response, 500, "api_error", "relay: it failed");
    assert.equal(errors.length, status === 500 ? 1 : 0, "the operator learns why");
  });
}

test("a function that yields the key is asked each time; its failure is 500", async () => {
  let count = 0;
  const apiKey = () => {
    count += 1;
    if (count === 3) throw new Error("no key today");
    return `sk-${count}`;
  };
  const relay = relayTo(world.url, { apiKey, onError: (error) => errors.push(error) });
  for (const status of [200, 200, 500]) assert.equal((await ask(LIST, { relay })).status, status);
  const { requests } = await world.requests();
  const keys = requests.map(({ headers }) => new Headers(headers).get("x-api-key"));
  assert.deepEqual(keys, ["sk-1", "sk-2"]);
  assert.match(errors[0].message, /apiKey failed: no key today/);
});

for (const [what, options, words] of [
  ["a misspelled option", { apikey: "x" }, /apikey.*did you mean "apiKey"/],
  ["no authorize", { authorize: undefined }, /^authorize must be a function/],
  ["an origin that is a pattern", { allowedOrigins: ["*"] }, /^allowedOrigins/],
  ["a public origin with a path", { publicOrigin: "https://a.example/x" }, /^publicOrigin/],
  ["an option of the client's", { maxRetries: 2 }, /no option "maxRetries"/],
]) {
  test(`${what}: nothing throws, every request is 500, the operator learns why`, async () => {
    const relay = relayTo(world.url, { onError: (error) => errors.push(error), ...options });
    await sleep(50);
    assert.match(errors.at(-1)?.message ?? "", words, "before the first request");
    for (let count = 1; count <= 2; count++) {
      const response = await ask(LIST, { relay });
      await envelope(response, 500, "api_error", "relay: it is not set up");
      assert.equal(response.headers["x-should-retry"], "false");
      assert.match(errors.at(-1).message, words);
    }
    assert.deepEqual((await world.requests()).requests, []);
  });
}

test("an onError that is no function is reported to the console", async (t) => {
  const { mock } = t.mock.method(console, "error", () => {});
  const relay = relayTo(world.url, { onError: "log" });
  assert.equal((await ask(LIST, { relay })).status, 500);
  assert.match(mock.calls[0].arguments[0].message, /^onError must be a function/);
});

test("options that are changed after createRelay do not count", async () => {
  const options = { allowedOrigins: [APP], headers: { "x-mine": "1" } };
  const given = { onError: (error) => errors.push(error), ...options };
  const relay = relayTo(world.url, given);
  given.allowedOrigins.push("https://evil.example");
  given.headers["x-mine"] = "2";
  const evil = await ask(LIST, { relay, headers: { origin: "https://evil.example" } });
  assert.equal(evil.status, 403);
  assert.equal((await ask(LIST, { relay })).status, 200);
  const [{ headers }] = (await world.requests()).requests;
  assert.equal(new Headers(headers).get("x-mine"), "1");
});

test("behind a proxy that ends TLS, the page's origin is the relay's by its host", async () => {
  const page = "https://shop.example";
  const headers = { origin: page, "sec-fetch-site": "same-origin" };
  for (const [name, more] of [
    ["the Host", { headers: { ...headers, host: "shop.example" } }],
    ["X-Forwarded-Host", { headers: { ...headers, "x-forwarded-host": "shop.example" } }],
    ["publicOrigin", { headers, options: { publicOrigin: page } }],
  ]) {
    const { status } = await ask(BATCH, { method: "GET", ...more });
    assert.equal(status, 200, name);
  }
  const { status, text } = await ask(BATCH, { headers });
  assert.equal(status, 403);
  for (const message of [JSON.parse(text).error.message, errors.at(-1).message]) {
    assert.match(message, /shop\.example.*relay\.example.*publicOrigin, allowedOrigins/);
  }
  assert.equal(errors.at(-1).code, "permission");
});

test("authorize and the key function have a time limit, and end with the page", async () => {
  const never = () => new Promise(() => {});
  const slow = await ask(LIST, { options: { authorize: never, timeout: 50 } });
  await envelope(slow, 504, "timeout_error", "relay: it was not decided in time who may do this");
  assert.match(errors.at(-1).message, /authorize did not settle within timeout/);
  const keyless = await ask(LIST, { options: { apiKey: never, timeout: 50 } });
  assert.equal(keyless.status, 504);
  for (const options of [{ authorize: never }, { apiKey: never }]) {
    const response = await ask(LIST, { options, signal: AbortSignal.timeout(50) });
    assert.equal(response.status, 499);
  }
  assert.deepEqual((await world.requests()).requests, []);
});

test("a Response of authorize can be read by a page of an allowed origin, and is not stored", async () => {
  const headers = { "set-cookie": "a=b", vary: "cookie", "cache-control": "max-age=60" };
  const authorize = () => Response.json({ sign: "in" }, { status: 401, headers });
  for (const origin of [APP, undefined]) {
    const response = await ask(LIST, { options: { authorize }, headers: origin && { origin } });
    assert.equal(response.status, 401);
    assert.deepEqual(JSON.parse(response.text), { sign: "in" });
    assert.equal(response.headers["access-control-allow-origin"], origin);
    assert.equal(response.headers.vary, "cookie, origin");
    assert.equal(response.headers["cache-control"], "no-store");
    assert.equal(response.headers["set-cookie"], "a=b");
  }
});

test("what onError throws changes nothing", async () => {
  for (const onError of [() => raise(new Error("x")), async () => raise(new Error("x"))]) {
    const options = { authorize: () => raise(new Error("y")), onError };
    assert.equal((await ask(LIST, { options })).status, 500);
  }
  await sleep(10);
});

for (const [name, serve] of Object.entries({ Node: serveInNode, workerd: serveInWorkerd })) {
  test(`a page that gives up ends the request to the API, in ${name}`, async (t) => {
    const relay = await serve(world.url);
    t.after(relay.stop);
    // Once before the head, once in the middle of the body.
    for (const fault of [{ hang: true }, { effect: true, stall: true }]) {
      await world.faults([fault]);
      const headers = [["host", `${relay.host}:${relay.port}`], SIGNED_IN];
      const page = connect(relay, () => {
        page.write(requestBytes({ method: "GET", target: LIST, headers }));
      });
      while ((await world.stats()).active === 0) await sleep(5);
      await sleep(50);
      // Closed with a reset: of a connection that is only closed on one side, workerd learns when
      // it writes. In front of Workers, Cloudflare tells.
      page.resetAndDestroy();
      await gone();
    }
  });
}

test("a request that nobody waits for any more is not sent", async () => {
  const response = await ask(LIST, { signal: AbortSignal.abort() });
  assert.equal(response.status, 499);
  assert.deepEqual((await world.requests()).requests, []);
});

test("a server that closes mid-head is 502", async (t) => {
  const server = createServer((request) => request.socket.end("HTTP/1.1 200"));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const baseURL = `http://127.0.0.1:${server.address().port}`;
  assert.equal((await ask(LIST, { options: { baseURL } })).status, 502);
});

/** Resolves once no request to the API is open any more. */
async function gone() {
  const end = performance.now() + 2_000;
  while ((await world.stats()).active > 0) {
    assert.ok(performance.now() < end, "the request to the API is still open");
    await sleep(10);
  }
}

function raise(thrown) {
  throw thrown;
}
