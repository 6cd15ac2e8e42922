// Requests that a relay refuses, byte for byte, in Node and in workerd: none of them reaches the API.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { hostile } from "./hostile.mjs";
import { SIGNED_IN } from "./options.mjs";
import { requestBytes, sendRaw } from "./raw.mjs";
import { serveInNode, serveInWorkerd } from "./serve.mjs";

test("there are more than enough of them, each once", () => {
  assert.ok(hostile.length >= 60, `${hostile.length}`);
  assert.equal(new Set(hostile.map(({ name }) => name)).size, hostile.length);
});

for (const [name, serve] of Object.entries({ Node: serveInNode, workerd: serveInWorkerd })) {
  test(`in ${name}`, async (t) => {
    const emulator = await startEmulator();
    t.after(emulator.stop);
    const world = newWorld(emulator.origin);
    await world.create({ id: "msgbatch_1" });
    const relay = await serve(world.url);
    t.after(relay.stop);

    const good = await send(relay, { target: "/api/v1/messages/batches" });
    assert.equal(good.status, 200, "a request that is not hostile is forwarded");
    await world.clearRequests();

    for (const one of hostile.filter(({ only }) => !only || only === name)) {
      await t.test(one.name, async () => {
        const response = await send(relay, one);
        const { requests } = await world.requests();
        await world.clearRequests();
        assert.deepEqual(
          requests.map(({ head }) => head),
          [],
          "nothing was sent upstream",
        );
        check(response, one);
      });
    }
    const { batches } = await world.batches();
    assert.deepEqual(
      batches.map(({ id }) => id),
      ["msgbatch_1"],
    );
  });
}

/** A refusal is the relay's own, in the API's envelope, or an early one of its server's. */
function check({ status, headers, body }, { status: expected, early = [], bodyless }) {
  if (early.includes(status) && !body.startsWith("{")) return;
  assert.equal(status, expected, body);
  assert.equal(headers["access-control-allow-origin"] === "*", false);
  if (bodyless) return;
  const { type, error } = JSON.parse(body);
  assert.equal(type, "error");
  assert.match(error.type, /^\w+_error$/);
  assert.match(error.message, /^relay: /);
  assert.equal(headers["x-should-retry"], "false");
  assert.equal(headers["content-type"], "application/json");
  assert.equal(headers.vary, "origin");
}

function send(relay, { method = "GET", target, headers = [], body, signedIn = true, host }) {
  const all = [
    ["host", host ?? `${relay.host}:${relay.port}`],
    ...(signedIn ? [SIGNED_IN] : []),
    ...headers,
  ];
  return sendRaw(relay, requestBytes({ method, target, headers: all, body }));
}
