// The official SDK against the emulator, which serves it unchanged.

import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";

test("the SDK works against the emulator, unchanged", async (t) => {
  const emulator = await startEmulator();
  t.after(emulator.stop);
  const world = newWorld(emulator.origin);
  await world.create({ count: 45 });
  const client = new Anthropic({ apiKey: "sk-test-SECRET", baseURL: world.url });
  const { batches } = client.messages;
  const params = { model: "claude", max_tokens: 1, messages: [{ role: "user", content: "Hi" }] };

  const made = await batches.create({ requests: [{ custom_id: "one", params }] });
  assert.equal(made.processing_status, "in_progress");
  assert.deepEqual(await batches.retrieve(made.id), made);

  const listed = [];
  for await (const batch of batches.list({ limit: 20 })) listed.push(batch.id);
  assert.equal(listed.length, 46);
  assert.equal(new Set(listed).size, 46, "each once");
  assert.equal(listed[0], made.id, "newest first");

  await assert.rejects(batches.delete(made.id), Anthropic.BadRequestError);
  assert.equal((await batches.cancel(made.id)).processing_status, "canceling");
  await world.advance(1_000);
  assert.equal((await batches.retrieve(made.id)).processing_status, "ended");
  const results = [];
  for await (const result of await batches.results(made.id)) results.push(result);
  assert.deepEqual(results, [{ custom_id: "one", result: { type: "canceled" } }]);
  const deleted = await batches.delete(made.id);
  assert.deepEqual({ ...deleted }, { id: made.id, type: "message_batch_deleted" });
  await assert.rejects(batches.retrieve(made.id), Anthropic.NotFoundError);
  assert.equal((await world.stats()).unmatched, 0);
});
