// The options of a relay: the effect of each, and how a wrong one shows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { until } from "../runtimes/until.mjs";
import { BATCH, envelope, errors, LIST, send, world } from "./in-process.mjs";
import { APP, relayTo } from "./options.mjs";

for (const [name, authorize, status] of [
  ["true", () => true, 200],
  ["a promise of true", async () => true, 200],
  ["false", () => false, 403],
  ["a promise of false", async () => false, 403],
  ["a Response", () => new Response("sign in", { status: 401, headers: { "x-mine": "1" } }), 401],
  ["a throw", () => raise(new Error("database password: x")), 500],
  ["a rejection", async () => raise("no error even"), 500],
  ["nothing", () => undefined, 500],
  ["a string", () => "yes", 500],
  ["the number 1", () => 1, 500],
  ["an object", () => ({ ok: true }), 500],
]) {
  test(`authorize returns ${name}`, async () => {
    const response = await send(LIST, { options: { authorize } });
    assert.equal(response.status, status);
    assert.equal((await world.requests()).requests.length, status === 200 ? 1 : 0);
    if (status === 403) assert.equal(JSON.parse(response.text).error.type, "permission_error");
    if (status === 401)
      assert.deepEqual([response.text, response.headers["x-mine"]], ["sign in", "1"]);
    if (status === 500) await envelope(response, 500, "api_error", "relay: it failed");
    assert.equal(errors.length, status === 500 ? 1 : 0, "the operator learns why");
  });
}

test("a function that yields the key is called each time; its failure is 500", async () => {
  let count = 0;
  const apiKey = () => {
    count += 1;
    if (count === 3) throw new Error("no key today");
    return `sk-${count}`;
  };
  const relay = relayTo(world.url, { apiKey, onError: (error) => errors.push(error) });
  for (const status of [200, 200, 500]) assert.equal((await send(LIST, { relay })).status, status);
  const { requests } = await world.requests();
  const keys = requests.map(({ headers }) => new Headers(headers).get("x-api-key"));
  assert.deepEqual(keys, ["sk-1", "sk-2"]);
  assert.match(errors[0].message, /apiKey failed: no key today/);
});

test("a method of another object as authorize: its error says so", async () => {
  class Vault {
    #open = true;
    isOpen() {
      return this.#open;
    }
  }
  const authorize = new Vault().isOpen;
  const relay = relayTo(world.url, { authorize, onError: (error) => errors.push(error) });
  assert.equal((await send(LIST, { relay })).status, 500);
  assert.match(
    errors.at(-1).message,
    /^the function authorize failed; it is called without an object$/,
  );
  assert.match(errors.at(-1).cause.stack, /isOpen/);
});

test("an error of a framework that a key function throws reaches the operator", async () => {
  const error = Object.assign(new Error("NEXT"), { digest: "X" });
  const apiKey = () => Promise.reject(error);
  const relay = relayTo(world.url, { apiKey, onError: (error) => errors.push(error) });
  assert.equal((await send(LIST, { relay })).status, 500);
  assert.equal(errors.at(-1), error);
});

for (const [name, options, message] of [
  ["a misspelled option", { apikey: "x" }, /apikey.*did you mean "apiKey"/],
  ["no authorize", { authorize: undefined }, /^authorize must be a function/],
  ["an origin that is a pattern", { allowedOrigins: ["*"] }, /^allowedOrigins/],
  ["a public origin with a path", { publicOrigin: "https://a.example/x" }, /^publicOrigin/],
  ["an option of the client's", { maxRetries: 2 }, /no option "maxRetries"/],
]) {
  test(`${name}: nothing throws, every request is 500, the operator learns why`, async () => {
    const relay = relayTo(world.url, { onError: (error) => errors.push(error), ...options });
    await until(() => errors.length > 0, "onError");
    assert.match(errors.at(-1)?.message ?? "", message, "before the first request");
    for (let count = 1; count <= 2; count++) {
      const response = await send(LIST, { relay });
      await envelope(response, 500, "api_error", "relay: it is not set up");
      assert.equal(response.headers["x-should-retry"], "false");
      assert.equal(response.headers["cache-control"], "no-store");
      assert.match(errors.at(-1).message, message);
    }
    assert.deepEqual((await world.requests()).requests, []);
  });
}

test("an onError that is not a function is reported to the console", async (t) => {
  const { mock } = t.mock.method(console, "error", () => {});
  const relay = relayTo(world.url, { onError: "log" });
  assert.equal((await send(LIST, { relay })).status, 500);
  assert.match(mock.calls[0].arguments[0].message, /^onError must be a function/);
});

test("options that are changed after createRelay do not count", async () => {
  const options = { allowedOrigins: [APP], headers: { "x-mine": "1" } };
  const given = { onError: (error) => errors.push(error), ...options };
  const relay = relayTo(world.url, given);
  given.allowedOrigins.push("https://evil.example");
  given.headers["x-mine"] = "2";
  const evil = await send(LIST, { relay, headers: { origin: "https://evil.example" } });
  assert.equal(evil.status, 403);
  assert.equal((await send(LIST, { relay })).status, 200);
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
    const { status } = await send(BATCH, { method: "GET", ...more });
    assert.equal(status, 200, name);
  }
  // A page can make its own host name lead to the relay: `publicOrigin` keeps it out.
  for (const name of ["host", "x-forwarded-host"]) {
    const rebound = { headers: { ...headers, [name]: "shop.example" } };
    const options = { publicOrigin: "https://app.example" };
    assert.equal((await send(BATCH, { ...rebound, options })).status, 403, name);
  }
  const { status, text } = await send(BATCH, { headers });
  assert.equal(status, 403);
  for (const message of [JSON.parse(text).error.message, errors.at(-1).message]) {
    assert.match(message, /shop\.example.*relay\.example.*publicOrigin, allowedOrigins/);
  }
  assert.equal(errors.at(-1).code, "permission");
});

test("authorize and the key function have a time limit, and end with the page", async () => {
  const never = () => new Promise(() => {});
  const slow = await send(LIST, { options: { authorize: never, timeout: 50 } });
  await envelope(slow, 504, "timeout_error", "relay: it was not decided in time who may do this");
  assert.match(errors.at(-1).message, /authorize did not settle within timeout/);
  const keyless = await send(LIST, { options: { apiKey: never, timeout: 50 } });
  assert.equal(keyless.status, 504);
  for (const options of [{ authorize: never }, { apiKey: never }]) {
    const response = await send(LIST, { options, signal: AbortSignal.timeout(50) });
    assert.equal(response.status, 499);
  }
  assert.deepEqual((await world.requests()).requests, []);
});

test("a Response of authorize can be read by a page of an allowed origin, and is not stored", async () => {
  const headers = { "set-cookie": "a=b", vary: "cookie", "cache-control": "max-age=60" };
  const authorize = () => Response.json({ sign: "in" }, { status: 401, headers });
  for (const origin of [APP, undefined]) {
    const response = await send(LIST, { options: { authorize }, headers: origin && { origin } });
    assert.equal(response.status, 401);
    assert.deepEqual(JSON.parse(response.text), { sign: "in" });
    assert.equal(response.headers["access-control-allow-origin"], origin);
    assert.equal(response.headers.vary, "cookie, origin");
    assert.equal(response.headers["cache-control"], "no-store");
    assert.equal(response.headers["set-cookie"], "a=b");
  }
});

test("an error of onError changes nothing", async () => {
  for (const onError of [() => raise(new Error("x")), async () => raise(new Error("x"))]) {
    const options = { authorize: () => raise(new Error("y")), onError };
    assert.equal((await send(LIST, { options })).status, 500);
  }
  await turn();
});

function raise(thrown) {
  throw thrown;
}
