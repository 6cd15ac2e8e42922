// The wasm traps in the middle of 100 pending calls, a job, a list and a relay: all reject with
// `internal`, and the next call works on a fresh instance.
//
// A `Math.random` that throws ends the step that it is handed to, as a trap does. A setter that throws unwinds
// through the middle of the wasm: of the objects that it makes, it sets one property after the other.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createRelay,
  deleteBatch,
  deleteBatches,
  isBatchError,
  listBatches,
  purgeBatches,
} from "delete-message-batch";
import * as core from "delete-message-batch/core";
import { execute } from "../../tools/shared/run.mjs";

const ID = "msgbatch_1";
const { random } = Math;
let armed = false;
Math.random = () => {
  if (!armed) return random();
  armed = false;
  throw new Error("a trap for this test");
};
const arm = () => {
  armed = true;
};
/** Arms the trap, then yields the value. */
const arming = (value) => {
  arm();
  return value;
};

const pending = () => new Promise(() => {});
const deleted = () => Response.json({ id: ID, type: "message_batch_deleted" });
const busy = () => new Response("{}", { status: 503, headers: { "retry-after-ms": "5" } });
const page = () => {
  const dates = { created_at: "2026-01-01T00:00:00Z", ended_at: "2026-01-02T00:00:00Z" };
  const batch = { id: ID, type: "message_batch", processing_status: "ended", ...dates };
  return Response.json({ data: [batch], has_more: false, last_id: ID });
};
const common = { baseURL: "http://127.0.0.1:9", apiKey: "k", timeout: 60_000 };
const call = (fetch, more) => deleteBatch(ID, { ...common, fetch, ...more });
const job = (fetch, more) => deleteBatches([ID, "msgbatch_2"], { ...common, fetch, ...more });

/** The moments of a trap: each starts the call that arms it. */
const MOMENTS = {
  "at the start of a call": () => {
    arm();
    return call(deleted);
  },
  "when fetch has responded": () => call(async () => arming(deleted())),
  "when fetch has rejected": () =>
    call(async () => {
      arm();
      throw new Error("lost");
    }),
  "when the body has come": () => {
    const text = async () => arming("{}");
    return call(() => ({ status: 200, headers: new Headers({ "content-length": "2" }), text }));
  },
  "when the key function has returned": () => call(deleted, { apiKey: async () => arming("k") }),
  "when the sleep before a retry is over": () => call(busy, { onAttempt: arm }),
  "when the time of an attempt is up": () => {
    setTimeout(arm, 5);
    return call(pending, { timeout: 10 });
  },
  "when a job's iterator has yielded": () => {
    const ids = (async function* () {
      arm();
      yield ID;
    })();
    return deleteBatches(ids, { ...common, fetch: deleted });
  },
  "when a job's request has its response": () => job(async () => arming(deleted())),
  "after onProgress": () => job(deleted, { concurrency: 1, onProgress: arm }),
  "after onAttempt of a job": () => job(busy, { onAttempt: arm }),
  "when the filter of a purge has decided": () =>
    purgeBatches({ ...common, fetch: page, filter: async () => arming(true) }),
  "when a page of a list has come": () =>
    listBatches({ ...common, fetch: async () => arming(page()) }).next(),
};

async function assertInternal(promise, name) {
  await assert.rejects(
    promise,
    (thrown) => isBatchError(thrown) && thrown.code === "internal",
    `${name} rejects with internal`,
  );
}

// The first call loads the wasm; a trap is to come in one that is loaded.
await Promise.all([call(deleted), core.deleteBatch(ID, { ...common, fetch: deleted })]);

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

for (const [name, moment] of Object.entries(MOMENTS)) {
  test(`a trap ${name}`, { timeout: 120_000 }, async () => {
    const signals = [];
    const watched = (_, { signal }) => {
      signals.push(signal);
      return pending();
    };
    const bystanders = [
      ...Array.from({ length: 101 }, () => call(watched)),
      job(pending),
      purgeBatches({ ...common, fetch: pending, all: true }),
      listBatches({ ...common, fetch: pending }).next(),
    ].map((promise, index) => assertInternal(promise, `bystander ${index}`));
    await turn();
    await assertInternal(moment(), "the call that traps");
    assert.ok(signals.length > 100 && signals.every(({ aborted }) => aborted), "requests end");
    assert.equal(armed, false, "the trap has come");
    await Promise.all(bystanders);
    assert.deepEqual(await call(deleted), { id: ID, type: "message_batch_deleted" });
    const report = await job((url) =>
      Response.json({ id: url.split("/").at(-1).split("?")[0], type: "message_batch_deleted" }),
    );
    assert.equal(report.deleted, 2);
  });
}

/** Makes the wasm fail in the middle of a step: when it sets the property of an object that it makes. */
async function unwindingAt(name, run) {
  const set = () => {
    delete Object.prototype[name];
    throw new Error("a trap for this test");
  };
  Object.defineProperty(Object.prototype, name, { set, configurable: true });
  try {
    await run();
    assert.ok(!Object.hasOwn(Object.prototype, name), "the trap has come");
  } finally {
    delete Object.prototype[name];
  }
}

for (const [where, name, moment] of [
  ["makes the data of an error", "attempts", () => call(() => new Response("", { status: 418 }))],
  ["makes the data of an attempt", "method", () => call(deleted, { onAttempt: () => {} })],
  ["makes the progress of a job", "inFlight", () => job(deleted, { onProgress: () => {} })],
  ["makes the report of a job", "unsent", () => job(deleted)],
]) {
  test(`the wasm unwinds while it ${where}`, { timeout: 120_000 }, async () => {
    const bystanders = Array.from({ length: 100 }, () => call(pending));
    const all = [...bystanders, job(pending)].map((promise) => assertInternal(promise, name));
    await turn();
    await unwindingAt(name, () => assertInternal(moment(), "the call that traps"));
    await Promise.all(all);
    assert.deepEqual(await call(deleted), { id: ID, type: "message_batch_deleted" });
  });
}

test("a trap while the relay awaits authorize, its key and the API: 500, and the next one works", async () => {
  const errors = [];
  let hangs;
  const step = (name, value) => () => (hangs === name ? pending() : value());
  const relay = createRelay({
    ...common,
    authorize: step("authorize", () => true),
    apiKey: step("apiKey", () => "k"),
    fetch: step("fetch", deleted),
    onError: (error) => errors.push(error.code),
  });
  const request = () =>
    relay(new Request(`http://relay/v1/messages/batches/${ID}`, { method: "DELETE" }));
  for (const name of ["authorize", "apiKey", "fetch"]) {
    hangs = name;
    const hung = request();
    await turn();
    hangs = undefined;
    arm();
    await assertInternal(call(deleted), "the call that traps");
    assert.equal((await hung).status, 500, name);
    const response = await request();
    assert.deepEqual([response.status, await response.json()], [200, await deleted().json()]);
  }
  assert.deepEqual(errors, ["internal", "internal", "internal"]);
});

for (const [name, options, sent] of [
  ["before authorize", {}, 0],
  ["after authorize", { authorize: async () => arming(true) }, 0],
  ["after the key function", { apiKey: async () => arming("k") }, 0],
  ["after the API's response", { fetch: async () => arming(deleted()) }, 1],
]) {
  test(`a trap in a visit of a relay, ${name}: it and all others are 500`, async () => {
    let requests = 0;
    const errors = [];
    const signals = [];
    const onError = ({ code }) => errors.push(code);
    const make = (more) => createRelay({ ...common, authorize: () => true, onError, ...more });
    const watched = (_, { signal }) => {
      signals.push(signal);
      return pending();
    };
    const others = [make({ authorize: pending }), make({ fetch: watched })];
    const request = (relay) =>
      relay(new Request(`http://relay/v1/messages/batches/${ID}`, { method: "DELETE" }));
    const hung = others.map(request);
    await turn();
    const count = (fetch) => (url, init) => {
      requests += 1;
      return fetch(url, init);
    };
    const relay = make({ ...options, fetch: count(options.fetch ?? deleted) });
    if (Object.keys(options).length === 0) arm();
    const response = await request(relay);
    assert.equal(armed, false, "the trap has come");
    assert.equal(requests, sent);
    for (const each of [response, ...(await Promise.all(hung))]) {
      assert.equal(each.status, 500);
      assert.equal((await each.json()).error.message, "relay: it is not set up");
    }
    assert.deepEqual(errors, ["internal", "internal", "internal"]);
    assert.ok(signals[0].aborted, "the request of another visit ends");
    const next = await request(make({ fetch: deleted }));
    assert.equal(next.status, 200);
  });
}

test("a trap in the masking of a body breaks it off, and ends the request", async () => {
  let source;
  let cancelled;
  const body = () =>
    new ReadableStream({
      start: (controller) => {
        source = controller;
      },
      cancel: ({ code }) => {
        cancelled = code;
      },
    });
  const fetch = () => new Response(body());
  const relay = createRelay({ ...common, authorize: () => true, fetch });
  const request = () => relay(new Request(`http://relay/v1/messages/batches/${ID}`));
  const reader = (await request()).body.getReader();
  source.enqueue(new TextEncoder().encode("{}"));
  arm();
  await assertInternal(reader.read(), "the body");
  assert.equal(cancelled, "internal");
  const next = await request();
  source.enqueue(new TextEncoder().encode("{}"));
  source.close();
  assert.equal(await next.text(), "{}");
});

test("a trap while the relay streams a body breaks it off, and the next one arrives", async () => {
  let source;
  const relay = createRelay({
    ...common,
    authorize: () => true,
    fetch: () => new Response(new ReadableStream({ start: (controller) => (source = controller) })),
  });
  const request = () => relay(new Request(`http://relay/v1/messages/batches/${ID}`));
  const part = new TextEncoder().encode("{}");
  const broken = (await request()).body.getReader();
  source.enqueue(part);
  assert.deepEqual((await broken.read()).value, part);
  arm();
  await assertInternal(call(deleted), "the call that traps");
  source.enqueue(part);
  await assertInternal(broken.read(), "the body");
  assert.throws(() => source.enqueue(part), "the API's body is cancelled");
  const next = await request();
  source.enqueue(part);
  source.close();
  assert.equal(await next.text(), "{}");
});

test("a list that a trap has interrupted rejects, and another one begins", async () => {
  const list = listBatches({ ...common, fetch: page });
  await list.next();
  arm();
  await assertInternal(call(deleted), "the call that traps");
  await assertInternal(list.next(), "the list");
  assert.equal((await listBatches({ ...common, fetch: page }).next()).value.id, ID);
});

test("a late event from before a trap reaches no call of the new instance", async () => {
  const responses = [];
  const late = Array.from({ length: 20 }, () =>
    assertInternal(
      call(() => new Promise((resolve) => responses.push(resolve))),
      "a call",
    ),
  );
  await turn();
  arm();
  await assertInternal(call(deleted), "the call that traps");
  await Promise.all(late);
  const next = Array.from({ length: 20 }, () => call(pending, { timeout: 50, maxRetries: 0 }));
  for (const resolve of responses) resolve(deleted());
  const codes = (await Promise.allSettled(next)).map(({ reason }) => reason?.code);
  assert.deepEqual(codes, new Array(20).fill("timeout"));
});

test("./core is also guarded, and has an instance of its own", async () => {
  const bystander = assertInternal(core.deleteBatch(ID, { ...common, fetch: pending }), "core");
  const other = assert.rejects(call(pending, { timeout: 50, maxRetries: 0 }), { code: "timeout" });
  await turn();
  arm();
  await assertInternal(core.deleteBatch(ID, { ...common, fetch: deleted }), "core");
  await bystander;
  await other;
  assert.equal((await core.deleteBatch(ID, { ...common, fetch: deleted })).id, ID);
});

test("a trap in the first of several calls that wait for the wasm to load", async () => {
  const script = `
    import { deleteBatch } from "delete-message-batch";
    const { random } = Math;
    Math.random = () => {
      Math.random = random;
      throw new Error("a trap for this test");
    };
    const fetch = async () => Response.json({ id: "${ID}", type: "message_batch_deleted" });
    const options = { baseURL: "http://127.0.0.1:9", apiKey: "k", fetch };
    const calls = Array.from({ length: 5 }, () => deleteBatch("${ID}", options));
    const results = await Promise.allSettled(calls);
    console.log(JSON.stringify(results.map(({ reason }) => reason?.code ?? "deleted")));`;
  const { code, stdout, output } = await execute(
    process.execPath,
    ["--input-type=module", "--eval", script],
    { missing: "Node is missing" },
  );
  assert.equal(code, 0, output);
  const codes = JSON.parse(stdout.trim().split("\n").at(-1));
  assert.deepEqual(codes, ["internal", "deleted", "deleted", "deleted", "deleted"]);
});

test("memory used up: the job rejects with internal, and the next call works", async () => {
  const script = `
    import { deleteBatch, deleteBatches } from "delete-message-batch";
    const fetch = async (url) => Response.json(
      { id: url.split("/").at(-1), type: "message_batch_deleted" });
    const options = { baseURL: "http://127.0.0.1:9", apiKey: "k", fetch };
    const ids = Array.from({ length: 400_000 }, (_, index) => "msgbatch_" + index);
    const code = await deleteBatches(ids, options).then(() => "none", (error) => error.code);
    const { id } = await deleteBatch("msgbatch_1", options);
    const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout");
    console.log(JSON.stringify([code, id, timers]));`;
  // 64 pages are 4 MiB, less than the fingerprints of 400 000 ids.
  const { code, stdout, output } = await execute(
    process.execPath,
    ["--wasm-max-mem-pages=64", "--input-type=module", "--eval", script],
    { missing: "Node is missing" },
  );
  assert.equal(code, 0, output);
  assert.deepEqual(JSON.parse(stdout.trim().split("\n").at(-1)), ["internal", "msgbatch_1", []]);
});
