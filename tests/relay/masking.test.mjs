// A success that echoes the relay's credential reaches the page without it, while it streams.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { errors, LIST, send, world } from "./in-process.mjs";
import { relayTo, SECRET, SIGNED_IN } from "./options.mjs";
import { serveInNode, serveInWorkerd } from "./serve.mjs";

const stars = (secret) => "*".repeat(secret.length);
const headers = Object.fromEntries([SIGNED_IN]);
const request = () => new Request(`https://relay.example${LIST}`, { headers });

for (const [name, serve] of Object.entries({ Node: serveInNode, workerd: serveInWorkerd })) {
  test(`wherever its halves are split, in ${name}`, async (t) => {
    const emulator = await startEmulator();
    t.after(emulator.stop);
    const own = newWorld(emulator.origin);
    const relay = await serve(own.url);
    t.after(relay.stop);
    const url = `http://${relay.host}:${relay.port}${LIST}`;
    for (let at = 0; at <= SECRET.length; at += 1) {
      // The emulator pauses in the middle, which is here in the key.
      const [before, after] = ["x".repeat(20 + SECRET.length - at), "y".repeat(20 + at)];
      const body = `${before}${SECRET}${after}`;
      await own.faults([
        { status: 200, body, bodyDelayMs: 20, headers: { "request-id": `req-${SECRET}` } },
      ]);
      const response = await fetch(url, { headers });
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("request-id"), "req-[redacted]");
      assert.equal(await response.text(), `${before}${stars(SECRET)}${after}`, `split at ${at}`);
    }
    await own.faults([{ status: 200, body: `${SECRET} `, gzip: true, repeatBody: 20_000 }]);
    assert.equal(await (await fetch(url, { headers })).text(), `${stars(SECRET)} `.repeat(20_000));
  });
}

for (const [name, options, secret] of [
  ["the key of a function", { apiKey: async () => "sk-of-a-function" }, "sk-of-a-function"],
  ["a token", { apiKey: null, authToken: "token-of-a-gateway" }, "token-of-a-gateway"],
  [
    "a credential among the headers",
    { apiKey: null, headers: { authorization: "Basic dXNlcjpwYXNz" } },
    "dXNlcjpwYXNz",
  ],
  ["a key that JSON escapes", { apiKey: "sk/with+signs=" }, "sk/with+signs="],
]) {
  test(`${name} shows in no success`, async () => {
    const written = JSON.stringify({ echo: [secret, secret] }).replaceAll("/", "\\/");
    await world.faults([{ status: 200, body: written }]);
    const { status, text } = await send(LIST, { options });
    const length = secret.replaceAll("/", "\\/").length;
    const echo = "*".repeat(length);
    assert.deepEqual([status, JSON.parse(text)], [200, { echo: [echo, echo] }]);
  });
}

test("a short key is masked if it is a word of its own", async () => {
  await world.faults([{ status: 200, body: '{"id":"kid","echo":"k"}' }]);
  const { text } = await send(LIST, { options: { apiKey: "k" } });
  assert.equal(text, '{"id":"kid","echo":"*"}');
});

test("without a credential the body arrives as it is", async () => {
  await world.faults([{ status: 200, body: SECRET }]);
  assert.equal((await send(LIST, { options: { apiKey: null } })).text, SECRET);
});

/** A relay whose API sends that stream. */
const forwarding = (body) =>
  relayTo("http://api.example", { fetch: async () => new Response(body) });

test("nothing is read before the page wants it, and its cancel reaches the API", async () => {
  let pulled = 0;
  let reason;
  const pull = (controller) => {
    pulled += 1;
    controller.enqueue(new Uint8Array(1_000));
  };
  const cancel = (given) => {
    reason = given;
  };
  const endless = new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
  const response = await forwarding(endless)(request());
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(pulled, 0);
  const reader = response.body.getReader();
  for (let count = 1; count <= 5; count += 1) {
    await reader.read();
    assert.equal(pulled, count);
  }
  await reader.cancel("enough");
  assert.equal(reason, "enough");
});

test("a large part goes through the wasm in small ones", async () => {
  const before = "x".repeat(65_530);
  const part = new TextEncoder().encode(`${before}${SECRET}`.repeat(50));
  const body = new ReadableStream({
    start: (controller) => {
      controller.enqueue(part);
      controller.close();
    },
  });
  const response = await forwarding(body)(request());
  let text = "";
  for await (const shown of response.body) {
    assert.ok(shown.length <= 65_600, `${shown.length}`);
    text += new TextDecoder().decode(shown);
  }
  assert.equal(text, `${before}${stars(SECRET)}`.repeat(50));
});

test("a body that is not a stream of bytes breaks off, and the API's is cancelled", async () => {
  let cancelled = false;
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue("text"),
    cancel: () => {
      cancelled = true;
    },
  });
  const look = { status: 200, headers: new Headers(), body };
  const relay = relayTo("http://api.example", { fetch: async () => look });
  await assert.rejects((await relay(request())).text(), /not a stream of bytes/);
  assert.ok(cancelled);
  // Anything else that a Response takes is one.
  const bytes = { ...look, body: new TextEncoder().encode(`{"a":"${SECRET}"}`) };
  const other = relayTo("http://api.example", { fetch: async () => bytes });
  assert.equal(await (await other(request())).text(), `{"a":"${stars(SECRET)}"}`);
  assert.deepEqual(errors, []);
});
