// The requests and responses that a relay forwards, and its own response if it can't.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import { until } from "../runtimes/until.mjs";
import { BATCH, envelope, errors, LIST, send, world } from "./in-process.mjs";
import { APP, relayTo, SECRET, SIGNED_IN } from "./options.mjs";
import { requestBytes, sendRaw } from "./raw.mjs";
import { serveInNode, serveInWorkerd } from "./serve.mjs";

test("the API receives its own headers, and of the page's only flags and workspace", async () => {
  const { status, text } = await send(`${BATCH}?beta=true`, {
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
  // The headers that Node sends with every fetch.
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

test("only the headers that a client acts on are returned", async () => {
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
  const { headers } = await send(LIST);
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
  test(`the API's ${status} arrives as it is, after one attempt`, async () => {
    const json = {
      type: "error",
      error: { type, message: "“Its own message”" },
      request_id: "req_1",
    };
    await world.faults([{ status, json, headers: { "retry-after": "7" }, times: null }]);
    const response = await send(BATCH, { method: "DELETE" });
    assert.equal(response.status, status);
    assert.deepEqual(JSON.parse(response.text), json);
    assert.equal(response.headers["retry-after"], "7");
    assert.equal(response.headers["x-should-retry"], undefined, "that is for the API to say");
    assert.equal((await world.requests()).requests.length, 1);
  });
}

test("a gateway's HTML arrives, and can't run", async () => {
  const body = "<h1>Bad gateway</h1>";
  await world.faults([{ status: 502, body, contentType: "text/html" }]);
  const { status, text, headers } = await send(LIST);
  assert.deepEqual([status, text], [502, body]);
  assert.match(headers["content-security-policy"], /sandbox/);
});

test("a key that a gateway echoes does not reach the page", async () => {
  await world.faults([
    { status: 401, body: `bad key ${SECRET}!`, headers: { "request-id": `req-${SECRET}` } },
  ]);
  const { status, text, headers } = await send(LIST);
  assert.deepEqual([status, text], [401, "bad key [redacted]!"]);
  assert.equal(headers["request-id"]?.includes(SECRET), false);
});

for (const status of [301, 302, 303, 307, 308]) {
  test(`a redirect is not followed: ${status}`, async () => {
    const location = `${world.url}/v1/messages/batches/msgbatch_1`;
    await world.faults([{ status, headers: { location } }]);
    const response = await send(LIST);
    await envelope(response, 502, "api_error", "relay: the API responded with a redirect");
    assert.equal(response.headers["x-should-retry"], "false");
    assert.equal(response.headers.location, undefined);
    assert.equal((await world.requests()).requests.length, 1);
  });
}

test("an API that can't be reached is 502, and the operator learns why", async () => {
  const response = await send(LIST, { options: { baseURL: "http://127.0.0.1:9" } });
  await envelope(response, 502, "api_error", "relay: the API can't be reached");
  assert.equal(response.headers["x-should-retry"], undefined);
  const [error] = errors;
  assert.deepEqual([errors.length, error.name, error.code], [1, "BatchError", "connection"]);
  assert.ok(!JSON.stringify(error).includes(SECRET));
});

test("an error whose body breaks off is also a 502", async () => {
  await world.faults([{ status: 500, body: "0123456789", truncate: 4 }]);
  await envelope(await send(LIST), 502, "api_error", "relay: the API can't be reached");
});

test("an API that does not respond in time is 504", async () => {
  await world.faults([{ hang: true }]);
  const response = await send(LIST, { options: { timeout: 100 } });
  await envelope(response, 504, "timeout_error", "relay: the API did not respond in time");
  assert.equal(errors[0].code, "timeout");
  await gone();
});

test("a body arrives while it is sent, and breaks off at the same byte", async () => {
  await world.faults([
    { effect: true, stall: true },
    { effect: true, bodyDelayMs: 100 },
    { effect: true, truncate: 20 },
  ]);
  const relay = relayTo(world.url);
  const headers = Object.fromEntries([SIGNED_IN]);
  // The head comes first: this body never ends.
  const stalled = await relay(new Request(`https://relay.example${LIST}`, { headers }));
  assert.equal(stalled.status, 200);
  await stalled.body.cancel();
  const response = await relay(new Request(`https://relay.example${LIST}`, { headers }));
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
    const response = await send(target, { ...init, headers: { ...headers, ...init.headers } });
    assert.equal(response.status, status);
    assert.equal(response.headers["access-control-allow-origin"], APP);
    assert.equal(response.headers["access-control-allow-credentials"], "true");
    assert.match(
      response.headers["access-control-expose-headers"],
      /\brequest-id\b.*\bretry-after\b/,
    );
    assert.equal(response.headers.vary, "origin");
  }
  const own = await send(LIST, { headers: { origin: "https://relay.example" } });
  assert.equal(own.status, 200);
  assert.equal(own.headers["access-control-allow-origin"], undefined, "its own page needs none");
});

test("an allowed origin's preflight has its response, signed out as browsers send it", async () => {
  const response = await send(BATCH, {
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

for (const [name, serve] of Object.entries({ Node: serveInNode, workerd: serveInWorkerd })) {
  test(`a deletion with an empty body in chunks is forwarded, in ${name}`, async (t) => {
    const relay = await serve(world.url);
    t.after(relay.stop);
    const headers = [["host", `${relay.host}:${relay.port}`], SIGNED_IN];
    headers.push(["transfer-encoding", "chunked"]);
    const bytes = requestBytes({ method: "DELETE", target: BATCH, headers, body: "0\r\n\r\n" });
    const { status, body } = await sendRaw(relay, bytes);
    assert.deepEqual([status, JSON.parse(body).type], [200, "message_batch_deleted"]);
  });

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
      const isActive = async () => (await world.stats()).active > 0;
      await until(isActive, "the request to the API");
      if (fault.stall) await once(page, "data");
      // Closed with a reset: of a connection that is only closed on one side, workerd learns when
      // it writes. In front of Workers, Cloudflare does.
      page.resetAndDestroy();
      await gone();
    }
  });
}

test("a request whose client has gone is not sent", async () => {
  const response = await send(LIST, { signal: AbortSignal.abort() });
  assert.equal(response.status, 499);
  assert.deepEqual((await world.requests()).requests, []);
});

test("a server that closes mid-head is 502", async (t) => {
  const server = createServer((request) => request.socket.end("HTTP/1.1 200"));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const baseURL = `http://127.0.0.1:${server.address().port}`;
  assert.equal((await send(LIST, { options: { baseURL } })).status, 502);
});

/** Resolves once no request to the API is open any more. */
async function gone() {
  const isOver = async () => (await world.stats()).active === 0;
  await until(isOver, "the end of the request to the API, which is still open");
}
