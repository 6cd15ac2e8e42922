// The examples for Rust programs, against the emulator: their requests, output and exit codes. The one for Workers
// is in worker.nightly.mjs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { execute, ROOT } from "../../tools/shared/run.mjs";
import { blocksOf } from "../readme/blocks.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { compiled } from "./compiled.mjs";

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";
const KEY = "sk-test-SECRET";
const DEADLINE_MS = 180_000;

let binary;
let emulator;
before(async () => {
  binary = await compiled();
  emulator = await startEmulator();
});
after(() => emulator?.stop());

/** Runs an example with an argument, by default the id, in a world with these faults. */
async function run({ example = "sans_io", id = ID, batch, faults, key = KEY }) {
  const world = newWorld(emulator.origin);
  if (batch) await world.create({ ...(batch.count ? {} : { id }), ...batch });
  if (faults) await world.faults(faults);
  const env = { ...process.env, ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: world.url };
  if (key === null) delete env.ANTHROPIC_API_KEY;
  delete env.ANTHROPIC_AUTH_TOKEN;
  const ended = await execute(binary(example), [id], { env, limitMs: DEADLINE_MS });
  assert.ok(!ended.output.includes(KEY), ended.output);
  return { ...ended, ...(await world.requests()), ...(await world.batches()) };
}

/** The requests that the emulator received, and the status of each. */
const calls = ({ requests }) =>
  requests.map(({ method, path, status }) => `${method} ${path.split("/").at(-1)} ${status}`);

test("a batch is deleted by one request, with the key", async () => {
  const found = await run({ batch: { status: "ended" } });
  assert.equal(found.code, 0, found.output);
  assert.deepEqual(JSON.parse(found.stdout), { id: ID, type: "message_batch_deleted" });
  assert.deepEqual(calls(found), [`DELETE ${ID} 200`]);
  assert.deepEqual(found.deleted, [ID]);
  const headers = Object.fromEntries(found.requests[0].headers);
  assert.equal(headers["x-api-key"], KEY);
  assert.equal(headers["anthropic-version"], "2023-06-01");
});

test("a fault is followed by another attempt", async () => {
  const headers = { "retry-after-ms": "20" };
  const found = await run({ batch: { status: "ended" }, faults: [{ status: 503, headers }] });
  assert.equal(found.code, 0, found.output);
  assert.deepEqual(calls(found), [`DELETE ${ID} 503`, `DELETE ${ID} 200`]);
});

test("a deletion whose response is lost is gone, and no failure", async () => {
  for (const fault of [{ reset: "after" }, { truncate: 9 }]) {
    const found = await run({ batch: { status: "ended" }, faults: [fault] });
    assert.equal(found.code, 0, found.output);
    assert.equal(found.stdout, `${ID} is gone\n`);
    assert.equal(found.requests.length, 2);
    assert.deepEqual(found.deleted, [ID]);
  }
});

test("a batch that has not ended is cancelled first", async () => {
  const found = await run({ batch: { status: "in_progress" } });
  assert.equal(found.code, 0, found.output);
  const [refused, , cancelled] = calls(found);
  assert.deepEqual([refused, cancelled], [`DELETE ${ID} 400`, "POST cancel 200"]);
  assert.equal(calls(found).at(-1), `DELETE ${ID} 200`);
  assert.deepEqual(found.deleted, [ID]);
});

test("a redirect is not followed", async () => {
  const headers = { location: `${emulator.origin}/elsewhere` };
  const found = await run({ batch: { status: "ended" }, faults: [{ status: 307, headers }] });
  assert.equal(found.code, 1, found.output);
  assert.match(found.output, /redirect: DELETE/);
  assert.deepEqual(calls(found), [`DELETE ${ID} 307`]);
});

test("a batch that is not there is a failure", async () => {
  const found = await run({});
  assert.equal(found.code, 1, found.output);
  assert.match(found.output, /not_found: DELETE .* 404 not_found_error/);
});

test("without a key, and with an id that is not valid, nothing is sent", async () => {
  const none = await run({ batch: { status: "ended" }, key: null });
  assert.equal(none.code, 1, none.output);
  assert.match(none.output, /missing_credentials/);
  const wrong = await run({ id: "a/b" });
  assert.equal(wrong.code, 1, wrong.output);
  assert.match(wrong.output, /invalid_option/);
  assert.deepEqual([...none.requests, ...wrong.requests], []);
});

test("the client's example deletes a batch, after a cancelation if it has not ended", async () => {
  const example = "delete";
  for (const status of ["ended", "in_progress"]) {
    const found = await run({ example, batch: { status } });
    assert.equal(found.code, 0, found.output);
    assert.equal(found.stdout, `${ID} is deleted\n`);
    assert.deepEqual(found.deleted, [ID]);
  }
  const missing = await run({ example });
  assert.equal(missing.code, 1, missing.output);
  assert.match(missing.output, /not_found_error/);
});

test("the purge's example deletes the old batches, and its exit code says whether some are left", async () => {
  const day = 24 * 60 * 60;
  const batch = { count: 30, ageSeconds: 40 * day };
  const found = await run({ example: "purge", id: "30", batch });
  assert.equal(found.code, 0, found.output);
  assert.match(found.stdout, /30 deleted, 0 failed/);
  assert.equal(found.deleted.length, 30);
  const younger = await run({ example: "purge", id: "50", batch });
  assert.match(younger.stdout, /0 deleted, 0 failed/);
  const faults = [{ status: 403, match: { method: "DELETE" } }];
  const failed = await run({ example: "purge", id: "30", batch, faults });
  assert.equal(failed.code, 1, failed.output);
  assert.match(failed.stdout, /29 deleted, 1 failed\nDELETE .* 403/);
});

test("the README shows the client's example", async () => {
  const [code] = await blocksOf("README.md", "rust");
  const example = readFileSync(join(ROOT, "examples/rust/delete.rs"), "utf8");
  assert.equal(code, example.slice(example.indexOf("use ")));
});

test("the examples are short", () => {
  const lines = (name) =>
    readFileSync(join(ROOT, "examples/rust", name), "utf8").split("\n").length;
  assert.ok(lines("delete.rs") <= 25);
  assert.ok(lines("purge.rs") <= 40);
});
