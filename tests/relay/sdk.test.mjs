// The official SDK through the relay, as it is: only its base URL is the relay's.

import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { serveInNode, serveInWorkerd } from "./serve.mjs";

for (const [name, serve] of Object.entries({ Node: serveInNode, workerd: serveInWorkerd })) {
  test(`the official SDK, through a relay in ${name}`, async (t) => {
    const emulator = await startEmulator();
    t.after(emulator.stop);
    const world = newWorld(emulator.origin);
    const relay = await serve(world.url);
    t.after(relay.stop);
    // Its key is the visitor's token of the relay; it sends it as a bearer token.
    const client = new Anthropic({
      apiKey: "visitor",
      baseURL: `http://${relay.host}:${relay.port}/api`,
      maxRetries: 0,
    });
    const { batches } = client.messages;
    const { batches: made } = await world.create({ count: 30 });

    const listed = [];
    for await (const batch of batches.list({ limit: 20 })) listed.push(batch.id);
    assert.deepEqual(listed.sort(), made.map(({ id }) => id).sort());

    const [{ id }] = made;
    assert.equal((await batches.retrieve(id)).processing_status, "ended");
    assert.deepEqual(await batches.delete(id), { id, type: "message_batch_deleted" });
    await assert.rejects(batches.retrieve(id), (error) => {
      assert.ok(error instanceof Anthropic.NotFoundError);
      assert.match(error.requestID, /^req_/);
      return true;
    });

    const running = (await world.create({ status: "in_progress" })).batches[0].id;
    assert.equal((await batches.cancel(running)).processing_status, "canceling");

    const beta = await client.beta.messages.batches.retrieve(running, {
      betas: ["message-batches-2024-09-24"],
    });
    assert.equal(beta.id, running);
    const { requests } = await world.requests();
    const flags = new Headers(requests.at(-1).headers).get("anthropic-beta");
    assert.match(flags, /message-batches-2024-09-24/);
    assert.equal((await world.stats()).unmatched, 0);

    await assert.rejects(
      batches.create({ requests: [] }),
      ({ status, message }) => [400, 405].includes(status) && /relay: /.test(message),
    );
  });
}
