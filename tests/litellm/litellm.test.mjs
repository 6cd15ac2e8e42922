// The relay in front of a real LiteLLM proxy, in front of the emulator.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { cancelBatch, deleteBatch, retrieveBatch } from "delete-message-batch";
import { serveInNode } from "../relay/serve.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { freePort } from "../runtimes/free-port.mjs";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { ensureLitellm, LITELLM } from "./install.mjs";

const MASTER_KEY = "sk-litellm-master";
const UPSTREAM_KEY = "sk-ant-behind-litellm";
const STARTS_WITHIN_MS = 300_000;

const stops = [];
let world;
let options;
let proxy;

before(async () => {
  await ensureLitellm();
  const emulator = await startEmulator();
  stops.push(emulator.stop);
  world = newWorld(emulator.origin);
  proxy = await startLitellm(world.url);
  const relay = await serveInNode(`${proxy}/anthropic`, { apiKey: MASTER_KEY });
  stops.push(relay.stop);
  options = {
    baseURL: `http://${relay.host}:${relay.port}/api`,
    // The visitor's credential at the relay.
    authToken: "visitor",
    maxRetries: 0,
  };
});

after(async () => {
  for (const stop of stops.reverse()) await stop();
});

test("a deletion passes through, with LiteLLM's key and no other", async () => {
  const [{ id }] = (await world.create()).batches;
  await world.clearRequests();
  assert.equal((await retrieveBatch(id, options)).processing_status, "ended");
  const deleted = await deleteBatch(id, options);
  assert.deepEqual(deleted, { id, type: "message_batch_deleted" });
  const { requests } = await world.requests();
  assert.deepEqual(
    requests.map(({ method, status }) => [method, status]),
    [
      ["GET", 200],
      ["DELETE", 200],
    ],
  );
  for (const { head } of requests) {
    assert.ok(head.includes(UPSTREAM_KEY));
    assert.ok(!head.includes(MASTER_KEY) && !head.includes("visitor"));
  }
});

test("a deletion with an empty body in chunks passes through, as Deno, Bun and workerd send it", async () => {
  const inChunks = (url, init) => {
    const body = new ReadableStream({ start: (controller) => controller.close() });
    return fetch(url, { ...init, body, duplex: "half" });
  };
  for (const baseURL of [options.baseURL, `${proxy}/anthropic`]) {
    const [{ id }] = (await world.create()).batches;
    const authToken = baseURL === options.baseURL ? options.authToken : MASTER_KEY;
    const settings = { ...options, baseURL, authToken, fetch: inChunks };
    assert.deepEqual(await deleteBatch(id, settings), { id, type: "message_batch_deleted" });
  }
});

test("a cancelation passes through", async () => {
  const [{ id }] = (await world.create({ status: "in_progress" })).batches;
  assert.equal((await cancelBatch(id, options)).processing_status, "canceling");
});

test("errors pass through with their status", async () => {
  await assert.rejects(deleteBatch("msgbatch_none", options), { code: "not_found", status: 404 });
  const [{ id }] = (await world.create({ status: "in_progress" })).batches;
  await assert.rejects(deleteBatch(id, options), { code: "still_processing", status: 400 });
  for (const [status, code] of [
    [429, "rate_limit"],
    [500, "server"],
    [529, "server"],
  ]) {
    const error = { type: "any_error", message: "as the API says it" };
    await world.faults([{ status, json: { type: "error", error } }]);
    await assert.rejects(deleteBatch(id, options), ({ code: found, status: as, message }) => {
      assert.deepEqual([found, as], [code, status], message);
      return true;
    });
  }
});

test("an id that LiteLLM would decode never reaches it", async () => {
  await world.clearRequests();
  for (const path of ["..%2Fx", "%2e%2e", "x%2Fcancel", "..%252Fx"]) {
    const url = `${options.baseURL}/v1/messages/batches/${path}`;
    const headers = { authorization: "Bearer visitor" };
    assert.equal((await fetch(url, { method: "DELETE", headers })).status, 404, path);
  }
  assert.deepEqual((await world.requests()).requests, []);
});

/** LiteLLM on a free port, with that API behind it; resolves with its origin. */
async function startLitellm(api) {
  const port = await freePort();
  const child = spawn(LITELLM, ["--host", "127.0.0.1", "--port", `${port}`], {
    stdio: "ignore",
    detached: true,
    env: {
      ...plainEnvironment(),
      ANTHROPIC_API_BASE: api,
      ANTHROPIC_API_KEY: UPSTREAM_KEY,
      LITELLM_MASTER_KEY: MASTER_KEY,
      // Nothing is fetched, nothing is reported.
      LITELLM_LOCAL_MODEL_COST_MAP: "True",
      LITELLM_TELEMETRY: "False",
    },
  });
  stops.push(() => process.kill(-child.pid, "SIGKILL"));
  const origin = `http://127.0.0.1:${port}`;
  const end = performance.now() + STARTS_WITHIN_MS;
  while (performance.now() < end) {
    const response = await fetch(`${origin}/health/liveliness`).catch(() => undefined);
    if (response?.ok) return origin;
    if (child.exitCode !== null) throw new Error(`LiteLLM ended with exit code ${child.exitCode}`);
    await sleep(200);
  }
  throw new Error(`LiteLLM does not respond after ${STARTS_WITHIN_MS} ms`);
}
