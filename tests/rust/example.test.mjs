// The example for Rust programs, against the emulator: what it sends, and how it ends.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { execute, ROOT } from "../../tools/shared/run.mjs";
import { cargo, rustEnvironment } from "../../tools/shared/rust.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";
const KEY = "sk-test-SECRET";
const DEADLINE_MS = 180_000;

let emulator;
let binary;
before(async () => {
  await cargo(["build", "--locked", "--package", "delete-one-batch"], await rustEnvironment());
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
  const suffix = process.platform === "win32" ? ".exe" : "";
  binary = join(target, "debug", `delete-one-batch${suffix}`);
  emulator = await startEmulator();
});
after(() => emulator?.stop());

/** Runs the example on an id, in a world with these faults. */
async function run({ id = ID, batch, faults, key = KEY }) {
  const world = newWorld(emulator.origin);
  if (batch) await world.create({ id, ...batch });
  if (faults) await world.faults(faults);
  const env = { ...process.env, ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: world.url };
  if (key === null) delete env.ANTHROPIC_API_KEY;
  delete env.ANTHROPIC_AUTH_TOKEN;
  const ended = await execute(binary, [id], { env, limitMs: DEADLINE_MS });
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

test("without a key, and with an id that is none, nothing is sent", async () => {
  const none = await run({ batch: { status: "ended" }, key: null });
  assert.equal(none.code, 1, none.output);
  assert.match(none.output, /missing_credentials/);
  const wrong = await run({ id: "a/b" });
  assert.equal(wrong.code, 1, wrong.output);
  assert.match(wrong.output, /invalid_option/);
  assert.deepEqual([...none.requests, ...wrong.requests], []);
});
