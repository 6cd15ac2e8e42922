// The effects that only a whole Node process shows: its environment, its end, and its memory.

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { inspect } from "node:util";
import { BatchError, deleteBatch, isBatchError } from "delete-message-batch";
import { execute } from "../../tools/shared/run.mjs";
import { startEmulator } from "./emulator.mjs";
import { plainEnvironment } from "./process-runtime.mjs";
import { newWorld } from "./world.mjs";

/** An idle socket would keep Node running for 4 s. */
const IDLE_MS = 3_000;
const KEY = "sk-test-SECRET";

/** Runs a script in a process of its own; the last line that it prints is JSON. */
async function run(script, env = {}, flags = []) {
  const { code, stdout, output } = await execute(
    process.execPath,
    [
      ...flags,
      "--input-type=module",
      "--eval",
      `import { deleteBatch } from "delete-message-batch";\n${script}`,
    ],
    { env: { ...plainEnvironment(), ...env }, missing: "Node is missing" },
  );
  assert.equal(code, 0, output);
  return { result: JSON.parse(stdout.trim().split("\n").at(-1)) };
}

async function worldOf(t) {
  const emulator = await startEmulator();
  t.after(emulator.stop);
  return newWorld(emulator.origin);
}

test("the environment names the API, the key and the token", async (t) => {
  const world = await worldOf(t);
  const cases = [
    [{ ANTHROPIC_API_KEY: ` ${KEY}\n` }, ["x-api-key", KEY]],
    [{ ANTHROPIC_AUTH_TOKEN: "token" }, ["authorization", "Bearer token"]],
    [{ ANTHROPIC_API_KEY: KEY, ANTHROPIC_AUTH_TOKEN: "token" }, ["x-api-key", KEY]],
  ];
  for (const [env, [name, value]] of cases) {
    await world.clearRequests();
    const { batches } = await world.create();
    const script = `console.log(JSON.stringify(await deleteBatch("${batches[0].id}")));`;
    const { result } = await run(script, { ...env, ANTHROPIC_BASE_URL: world.url });
    assert.deepEqual(result, { id: batches[0].id, type: "message_batch_deleted" });
    const [{ headers }] = (await world.requests()).requests;
    const credentials = headers.filter(([name]) => /^(x-api-key|authorization)$/i.test(name));
    assert.deepEqual(credentials, [[name, value]]);
  }
});

test("an option comes before the environment, and null before both", async (t) => {
  const world = await worldOf(t);
  const env = { ANTHROPIC_API_KEY: "sk-env", ANTHROPIC_BASE_URL: "http://127.0.0.1:9" };
  for (const [options, expected] of [
    [`authToken: "token"`, [["authorization", "Bearer token"]]],
    [`apiKey: "${KEY}"`, [["x-api-key", KEY]]],
    ["apiKey: null", []],
  ]) {
    await world.clearRequests();
    const script = `console.log(JSON.stringify(
      await deleteBatch("msgbatch_1", { baseURL: "${world.url}", ${options} }).catch((e) => e.code)));`;
    await run(script, env);
    const [{ headers }] = (await world.requests()).requests;
    assert.deepEqual(
      headers.filter(([name]) => /^(x-api-key|authorization)$/i.test(name)),
      expected,
    );
  }
});

test("a wrong variable is named, its value is not shown", async () => {
  const script = `console.log(JSON.stringify(await deleteBatch("msgbatch_1").catch((e) => e.toJSON())));`;
  const { result } = await run(script, { ANTHROPIC_API_KEY: `${KEY} x` });
  assert.equal(result.code, "invalid_option");
  assert.match(result.message, /^ANTHROPIC_API_KEY must be/);
  assert.ok(!JSON.stringify(result).includes(KEY));
  const { result: other } = await run(script, {
    ANTHROPIC_API_KEY: KEY,
    ANTHROPIC_BASE_URL: "ftp://x",
  });
  assert.match(other.message, /^ANTHROPIC_BASE_URL must be an absolute/);
});

test("Node ends at once after a call: no timer, socket or listener is left", async (t) => {
  const world = await worldOf(t);
  const { batches } = await world.create({ count: 3 });
  const [done, refused] = batches.map(({ id }) => id);
  await world.faults([{ match: { id: refused }, status: 503, headers: { "retry-after": "3600" } }]);
  const options = `{ baseURL: "${world.url}", apiKey: "k", timeout: 600_000, totalTimeout: 600_000 }`;
  const { result } = await run(`
    const signal = AbortSignal.timeout(600_000);
    await deleteBatch("${done}", { ...${options}, signal });
    await deleteBatch("${refused}", ${options}).catch(() => {});
    await deleteBatch("a/b", ${options}).catch(() => {});
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    await deleteBatch("${batches[2].id}", {
      ...${options}, signal: controller.signal, fetch: () => new Promise(() => {}),
    }).catch(() => {});
    const timers = process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate/.test(name));
    // Fires only if something keeps Node running until then.
    let isKept = false;
    setTimeout(() => { isKept = true; }, ${IDLE_MS}).unref();
    process.on("exit", () => console.log(JSON.stringify({ timers, isKept })));
  `);
  // AbortSignal.timeout is the caller's own, and does not keep a process alive.
  assert.deepEqual(result.timers, [], "no timer is left");
  assert.equal(result.isKept, false, `Node went on for ${IDLE_MS} ms after the last call`);
});

test("a signal that lives long has no listeners after 1 000 calls", async (t) => {
  const world = await worldOf(t);
  await world.settings({ recording: false });
  const { batches } = await world.create({ count: 1_000 });
  const { signal } = new AbortController();
  const warnings = [];
  const onWarning = (warning) => warnings.push(warning.message);
  process.on("warning", onWarning);
  t.after(() => process.off("warning", onWarning));
  const queue = batches.map(({ id }) => id);
  const work = async () => {
    for (let id = queue.pop(); id; id = queue.pop()) {
      await deleteBatch(id, { baseURL: world.url, apiKey: KEY, signal });
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  assert.equal((await world.stats()).deleted, 1_000);
  assert.equal(getEventListeners(signal, "abort").length, 0);
  assert.deepEqual(warnings, []);
});

test("an error prints well, and without the key", async (t) => {
  const world = await worldOf(t);
  const message = `Your key ${KEY} is not valid`;
  await world.faults([
    {
      status: 401,
      json: {
        type: "error",
        error: { type: "authentication_error", message },
        request_id: "req_1",
      },
      headers: { "request-id": "req_1" },
    },
  ]);
  const error = await deleteBatch("msgbatch_1", { baseURL: world.url, apiKey: KEY }).catch(
    (error) => error,
  );
  assert.ok(error instanceof BatchError && isBatchError(error));
  const printed = inspect(error, { depth: 10, showHidden: true });
  for (const text of [printed, error.stack, String(error), JSON.stringify(error)]) {
    assert.ok(!text.includes(KEY), text);
    assert.match(
      text,
      /DELETE \/v1\/messages\/batches\/msgbatch_1: 401 authentication_error: Your key \[redacted\] is not valid \(request id: req_1\)/,
    );
  }
  assert.match(error.stack, /node-process\.test\.mjs/, "the stack names the caller's line");
  assert.ok(inspect(error).split("\n").length < 20, `short: ${inspect(error)}`);
});

test("isBatchError knows an error of another copy of the package", async () => {
  const copy = await import("../../pkg/errors.js?another-copy");
  const error = new copy.BatchError({ code: "internal", message: "x", attempts: 0 });
  assert.equal(error instanceof BatchError, false);
  assert.equal(isBatchError(error), true);
  for (const value of [undefined, null, "x", new Error("x"), { code: "internal" }]) {
    assert.equal(isBatchError(value), false);
  }
});

test("a test runner's DOM is not a page: the key is not refused, and the import needs nothing of it", async (t) => {
  const world = await worldOf(t);
  const { batches } = await world.create();
  // As jsdom has them under a test runner: a document, and no TextDecoder when the package is imported.
  const script = `
    globalThis.window = globalThis;
    globalThis.document = { createElement() {} };
    globalThis.location = { origin: "http://localhost" };
    const { TextDecoder, TextEncoder } = globalThis;
    delete globalThis.TextDecoder;
    delete globalThis.TextEncoder;
    const { deleteBatch: call } = await import("delete-message-batch/core");
    Object.assign(globalThis, { TextDecoder, TextEncoder });
    console.log(JSON.stringify(await call("${batches[0].id}", { apiKey: "${KEY}" })));`;
  const { result } = await run(script, { ANTHROPIC_BASE_URL: world.url });
  assert.equal(result.type, "message_batch_deleted");
});

for (const entry of ["", "/core", "/url", "/core/url"]) {
  test(`without WebAssembly, ${entry || "."} says so, and asks for no report`, async () => {
    const script = `
      const { deleteBatch: call } = await import("delete-message-batch${entry}");
      console.log(JSON.stringify(await call("msgbatch_1", { apiKey: "${KEY}" }).catch((error) => error)));`;
    const { result } = await run(script, {}, ["--jitless"]);
    assert.equal(result.code, "internal");
    assert.match(result.message, /: this runtime has no WebAssembly \(/);
  });
}

test("a polluted prototype reaches neither the body nor the dispatcher of Node's fetch", async (t) => {
  const world = await worldOf(t);
  const { batches } = await world.create({ count: 2 });
  const [one, two] = batches.map(({ id }) => id);
  const script = `
    const seen = [];
    Object.prototype.body = "polluted";
    // Node's own fetch trips over it when it reads the response.
    await deleteBatch("${one}", { maxRetries: 0 }).catch(() => {});
    delete Object.prototype.body;
    let dispatched = 0;
    Object.prototype.dispatcher = { dispatch: () => { dispatched += 1; throw new Error("mine"); } };
    seen.push((await deleteBatch("${two}").catch((error) => error)).message, dispatched);
    delete Object.prototype.dispatcher;
    console.log(JSON.stringify(seen));`;
  const env = { ANTHROPIC_BASE_URL: world.url, ANTHROPIC_API_KEY: KEY };
  const { result } = await run(script, env);
  const refused = "Object.prototype.dispatcher is set: fetch would use it";
  assert.deepEqual(result, [refused, 0]);
  const { requests } = await world.requests();
  assert.deepEqual(
    requests.map(({ method, body }) => [method, body]),
    [["DELETE", ""]],
  );
});

test("under fake timers, the first call of a process waits for nothing but its timers", async () => {
  const script = `
    const { mock } = await import("node:test");
    mock.timers.enable({ apis: ["setTimeout"] });
    const responses = [
      new Response("", { status: 503 }),
      Response.json({ id: "b1", type: "message_batch_deleted" }),
    ];
    const fetch = async () => responses.shift();
    const called = deleteBatch("b1", { apiKey: "${KEY}", fetch });
    for (let turn = 0; turn < 1_000; turn += 1) await null;
    mock.timers.tick(60_000);
    console.log(JSON.stringify(await called));`;
  const { result } = await run(script);
  assert.deepEqual(result, { id: "b1", type: "message_batch_deleted" });
});

test("without a global fetch, the error names the option to give", async () => {
  const script = `
    const { deleteBatches, purgeBatches } = await import("delete-message-batch");
    const options = { apiKey: "${KEY}" };
    const found = [];
    for (const absent of [undefined, null, {}]) {
      globalThis.fetch = absent;
      for (const promise of [
        deleteBatch("b1", options),
        deleteBatches(["b1"], options),
        purgeBatches({ ...options, all: true }),
      ]) {
        const { code, option, attempts, message } = await promise.catch((error) => error);
        found.push([code, option, attempts, message]);
      }
    }
    console.log(JSON.stringify(found));`;
  const message = "fetch must be a function: this runtime has no global fetch";
  const { result } = await run(script);
  assert.deepEqual(result, Array(9).fill(["invalid_option", "fetch", 0, message]));
});

test("a job under a limit ends even if the monotonic clock stands still", async (t) => {
  const world = await worldOf(t);
  await world.settings({ requestsPerMinute: 6_000, burst: 10 });
  const { batches } = await world.create({ count: 60 });
  const ids = JSON.stringify(batches.map(({ id }) => id));
  const script = `
    const { deleteBatches } = await import("delete-message-batch");
    performance.now = () => 1_000;
    const report = await deleteBatches(${ids});
    console.log(JSON.stringify(report.deleted));`;
  const env = { ANTHROPIC_BASE_URL: world.url, ANTHROPIC_API_KEY: KEY };
  assert.deepEqual(await run(script, env), { result: 60 });
});
