// The official SDK beside this package: the emulator serves it unchanged, and the documented
// differences are those that there are.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { compareAll } from "./compare.mjs";
import { asMarkdown, isSame, PAGE, sdkVersion } from "./table.mjs";

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

test("each scenario, through both", async (t) => {
  const emulator = await startEmulator();
  t.after(emulator.stop);
  const rows = await compareAll(() => newWorld(emulator.origin));
  for (const row of rows) {
    await t.test(row.name, () => {
      const shown = `ours: ${row.ours}\nthe SDK: ${row.sdk}`;
      if (row.why) assert.ok(!isSame(row), `said to differ, but does not:\n${shown}`);
      else assert.ok(isSame(row), `differs, and nobody says why:\n${shown}`);
    });
  }
  await t.test("the page in docs/ says what happens", async () => {
    const page = await readFile(PAGE, "utf8");
    assert.equal(page, asMarkdown(rows, await sdkVersion()), "run: node tests/sdk/update.mjs");
  });
});
