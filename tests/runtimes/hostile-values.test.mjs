// Values that no well-meaning caller or server sends, in Node: of other realms, imitated objects,
// polluted prototypes, echoed keys. `fetch` is the caller's own: no server sends these.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { deleteBatch, deleteBatches, isBatchError, purgeBatches } from "delete-message-batch";

const ID = "msgbatch_1";
const KEY = "sk-ant-secret-0123456789";
const DELETED = { id: ID, type: "message_batch_deleted" };
const realm = createContext({});
const call = (fetch, options) =>
  deleteBatch(ID, { baseURL: "http://127.0.0.1:9", apiKey: KEY, fetch, maxRetries: 0, ...options });
const job = (ids, options) =>
  deleteBatches(ids, { baseURL: "http://127.0.0.1:9", apiKey: KEY, maxRetries: 0, ...options });
const deleted = (url) =>
  Response.json({ id: url.split("/").at(-1), type: "message_batch_deleted" });

async function refused(promise, code) {
  const error = await promise.then(
    () => assert.fail("it did not reject"),
    (thrown) => thrown,
  );
  assert.ok(isBatchError(error), `a BatchError, not ${error}`);
  assert.equal(error.code, code, error.message);
  return error;
}

/** Pollutes the prototype of all objects while something runs. */
async function polluted(properties, run) {
  Object.assign(Object.prototype, properties);
  try {
    return await run();
  } finally {
    for (const name of Object.keys(properties)) delete Object.prototype[name];
  }
}

test("bytes of another realm are bytes", async () => {
  const bytes = new TextEncoder().encode(JSON.stringify(DELETED));
  const foreign = runInContext("(values) => Uint8Array.from(values)", realm)([...bytes]);
  assert.ok(!(foreign instanceof Uint8Array));
  const body = { getReader: () => ({ read: reads([{ value: foreign }, { done: true }]) }) };
  const response = { status: 200, headers: new Headers(), body };
  assert.deepEqual(await call(() => response), DELETED);
});

const reads = (chunks) => async () => chunks.shift();

test("a Date of another realm is a Date", async () => {
  const endedBefore = runInContext("new Date(0)", realm);
  assert.ok(!(endedBefore instanceof Date));
  const fetch = () => Response.json({ data: [], has_more: false });
  const report = await purgeBatches({ baseURL: "http://h", apiKey: "k", fetch, endedBefore });
  assert.equal(report.total, 0);
});

test("a body whose encoding is hidden is read up to 1 MiB, whatever its length says", async () => {
  let pulled = 0;
  const body = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(65_536));
    },
  });
  const headers = { "content-length": "100" };
  await refused(
    call(() => new Response(body, { headers })),
    "invalid_response",
  );
  assert.ok(pulled <= 20, `${pulled} chunks of 64 KiB were read`);
});

test("a key that resembles a number, in the API's JSON", async () => {
  const fetch = () => new Response('{"error":{"type":"x","n":1234567890}}', { status: 400 });
  const error = await refused(call(fetch, { apiKey: "1234567890" }), "bad_request");
  assert.ok(!JSON.stringify(error).includes("1234567890"));
});

test("an imitated Response with headers that Headers refuses", async () => {
  const headers = { get: () => null, forEach: (visit) => visit("b\u{e9}d", "na\u{ef}ve name") };
  headers.forEach = (visit) => {
    visit("value", "bad name");
    visit("fine", "x-fine");
  };
  const fetch = () => ({ status: 400, headers, text: async () => "{}", body: null });
  const error = await refused(call(fetch), "bad_request");
  assert.deepEqual([...error.headers], [["x-fine", "fine"]]);
});

test("in a job, such failures are also errors", async () => {
  const headers = { get: () => null, forEach: (visit) => visit("v", "bad name") };
  const fetch = () => ({ status: 400, headers, text: async () => "1234567890", body: null });
  const { failed } = await job([ID], { fetch, apiKey: "1234567890" });
  assert.ok(isBatchError(failed[0].error), `${failed[0].error}`);
});

test("a key function's failure does not show an earlier key", async () => {
  let count = 0;
  const apiKey = () => {
    count += 1;
    if (count > 1) throw new Error(`the vault said ${KEY} and then nothing`);
    return KEY;
  };
  const busy = () => new Response("{}", { status: 503, headers: { "retry-after-ms": "1" } });
  const error = await refused(call(busy, { apiKey, maxRetries: 2 }), "missing_credentials");
  assert.doesNotMatch(error.message, new RegExp(KEY));
  assert.doesNotMatch(error.cause.message, new RegExp(KEY));
});

test("a request id that echoes the key is redacted, also in a success", async () => {
  const attempts = [];
  const fetch = () => Response.json(DELETED, { headers: { "request-id": `req_${KEY}` } });
  const result = await call(fetch, { onAttempt: (attempt) => attempts.push(attempt) });
  assert.equal(result._request_id, "req_[redacted]");
  assert.equal(attempts[0].requestId, "req_[redacted]");
});

test("_request_id is never enumerable", async () => {
  const fetch = () =>
    Response.json(
      { ...DELETED, _request_id: "of the body" },
      { headers: { "request-id": "req_1" } },
    );
  const result = await call(fetch);
  assert.deepEqual([Object.keys(result), result._request_id], [["id", "type"], "req_1"]);
});

test("a polluted prototype is neither an option nor an environment", async () => {
  const evil = { baseURL: "http://evil.example", apiKey: "evil", maxRetries: 9 };
  const urls = [];
  const fetch = (url) => {
    urls.push(url);
    return deleted(url);
  };
  class Options {
    fetch = fetch;
    get apiKey() {
      return KEY;
    }
    get baseURL() {
      return "http://good.example";
    }
  }
  await polluted({ ...evil, ANTHROPIC_BASE_URL: "http://evil.example" }, async () => {
    await deleteBatch(ID, { apiKey: KEY, fetch });
    await deleteBatch(ID, new Options());
  });
  await polluted({ process: { env: { ANTHROPIC_BASE_URL: "http://evil.example" } } }, () =>
    deleteBatch(ID, { apiKey: KEY, fetch }),
  );
  assert.deepEqual(
    urls.map((url) => new URL(url).host),
    ["api.anthropic.com", "good.example", "api.anthropic.com"],
  );
});

test("a polluted cause, code or body does not end in a RangeError", async () => {
  const cause = { name: "Error", message: "polluted" };
  const lost = () => Promise.reject(new Error("lost"));
  await polluted({ cause, body: { text: "x" } }, async () => {
    const error = await refused(call(lost), "connection");
    assert.equal(JSON.parse(JSON.stringify(error)).cause.message, "lost");
    const { message } = await refused(call(deleted, { maxRetries: -1 }), "invalid_option");
    assert.match(message, /maxRetries/);
  });
});

test("an error that is named after a member of all objects is a cause as any other", async () => {
  for (const name of ["toString", "constructor", "__proto__"]) {
    const lost = () =>
      Promise.reject(Object.defineProperty(new Error("lost"), "name", { value: name }));
    const { cause } = await refused(call(lost), "connection");
    assert.ok(cause instanceof Error);
    assert.deepEqual([cause.name, cause.message], [name, "lost"]);
  }
});

test("a polluted prototype does not read the options", async () => {
  const read = () => assert.fail("it was called");
  const result = await polluted({ timeout: read, maxRetries: read }, () =>
    call(deleted, { timeout: 1_000, maxRetries: 1 }),
  );
  assert.equal(result.id, ID);
});

test("a polluted failure does not take the part of the signal's reason", async () => {
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  const failure = { code: "evil", message: "evil" };
  await polluted({ failure, report: {} }, () =>
    assert.rejects(call(deleted, { signal }), (thrown) => thrown === reason),
  );
  assert.ok(!("report" in reason));
});

test("a polluted prototype is not part of a response", async () => {
  const fetch = () => Response.json({ id: ID });
  const gone = () => Response.json({ error: {} }, { status: 404 });
  const evil = { type: "message_batch_deleted", data: [], has_more: false };
  await polluted(evil, () => refused(call(fetch), "invalid_response"));
  await polluted({ type: "not_found_error", ...{ id: ID } }, () => refused(call(gone), "http"));
});

test("a body of empty chunks without an end does not keep the event loop", async () => {
  const empty = { value: new Uint8Array(0), done: false };
  const body = { getReader: () => ({ read: async () => empty }) };
  const fetch = () => ({ status: 200, headers: new Headers(), body });
  await refused(call(fetch), "invalid_response");
});

test("a header whose name has the key is left out of an error", async () => {
  const fetch = () =>
    new Response("{}", { status: 400, headers: { [`x-${KEY}`]: "1", "x-b": "2" } });
  const error = await refused(call(fetch), "bad_request");
  assert.ok(!JSON.stringify(error).includes(KEY));
  assert.equal(error.headers.get("x-b"), "2");
});

test("an error whose body is nested 500 000 deep can be stringified", async () => {
  const deep = "[".repeat(500_000) + "]".repeat(500_000);
  const fetch = () => new Response(deep, { status: 418 });
  const error = await refused(call(fetch), "http");
  assert.match(JSON.stringify(error), /nested too deep/);
});

test("a signal that can't be let go of is refused before anything is sent", async () => {
  const signal = { aborted: false, addEventListener: () => {} };
  const sent = () => assert.fail("sent");
  await refused(call(sent, { signal }), "invalid_option");
});

test("a key function that never settles ends with timeout", async () => {
  const apiKey = () => new Promise(() => {});
  const error = await refused(call(deleted, { apiKey, timeout: 30, maxRetries: 5 }), "timeout");
  assert.match(error.message, /did not settle within timeout \(30 ms\)/);
  assert.equal(error.attempts, 0);
});

test("an onProgress that rejects ends the job, as one that throws does", async () => {
  const reason = new Error("the database is down");
  let count = 0;
  const onProgress = async () => {
    count += 1;
    throw reason;
  };
  const ids = Array.from({ length: 500 }, (_, index) => `msgbatch_${index}`);
  const fetch = async (url) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return deleted(url);
  };
  await assert.rejects(job(ids, { fetch, onProgress, concurrency: 2 }), (thrown) => {
    assert.equal(thrown, reason);
    assert.ok(thrown.report.deleted < 500);
    return true;
  });
  assert.ok(count < 500);
});

test("a rejection of onProgress after the end concerns no later job", async () => {
  let fail;
  const onProgress = () =>
    new Promise((_, reject) => {
      fail = reject;
    });
  assert.equal((await job([ID], { fetch: deleted, onProgress })).deleted, 1);
  const slow = async (url) => {
    fail(new Error("late"));
    await new Promise((resolve) => setTimeout(resolve, 1));
    return deleted(url);
  };
  assert.equal((await job([ID], { fetch: slow })).deleted, 1);
});

test("an outcome has an id with half a surrogate pair as it was given", async () => {
  const odd = "msgbatch_\ud800";
  const outcomes = [];
  const { failed } = await job([ID, odd, "\u{fffd}"], {
    fetch: deleted,
    onProgress: ({ outcome }) => outcomes.push(outcome.id),
  });
  assert.deepEqual(new Set(outcomes), new Set([ID, odd, "\u{fffd}"]));
  assert.deepEqual(
    failed.map(({ id }) => id),
    [odd, "\u{fffd}"],
  );
});

test("`fetch`, `text`, `onAttempt` and the iterator may yield thenables that throw", async () => {
  const then = () => {
    throw new Error("from then");
  };
  const hostile = {
    then,
    get constructor() {
      throw new Error("from constructor");
    },
  };
  await refused(
    call(() => hostile),
    "connection",
  );
  const lookAlike = { status: 200, headers: new Headers(), body: null, text: () => hostile };
  await refused(
    call(() => lookAlike),
    "connection",
  );
  await refused(call(deleted, { apiKey: () => hostile }), "missing_credentials");
  assert.deepEqual(await call(deleted, { onAttempt: () => hostile }), DELETED);
  const ids = { [Symbol.asyncIterator]: () => ({ next: () => hostile }) };
  await assert.rejects(job(ids, { fetch: deleted }), { message: /^from/ });
});

test("options that are their own prototype, by a proxy, are read once", async () => {
  const handler = { getPrototypeOf: () => proxy };
  const proxy = new Proxy({ baseURL: "http://h", apiKey: KEY, fetch: deleted }, handler);
  assert.deepEqual(await deleteBatch(ID, proxy), DELETED);
});

test("an error of onProgress with a report of its own stays as it is", async () => {
  const thrown = Object.freeze(Object.assign(new Error("mine"), { report: "its own" }));
  const sealed = Object.defineProperty(new Error("sealed"), "report", { value: "its own" });
  for (const error of [thrown, sealed]) {
    const onProgress = () => {
      throw error;
    };
    await assert.rejects(job([ID], { fetch: deleted, onProgress }), error);
    assert.equal(error.report, "its own");
  }
});

test("a setTimeout that throws ends the call", async () => {
  const { setTimeout: set } = globalThis;
  globalThis.setTimeout = () => {
    throw new Error("Disallowed operation called within global scope");
  };
  try {
    await refused(call(deleted), "connection");
  } finally {
    globalThis.setTimeout = set;
  }
  assert.deepEqual(await call(deleted), DELETED);
});

test("a source that repeats one id lets the event loop turn", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("enough")), 20);
  function* same() {
    for (;;) yield ID;
  }
  await assert.rejects(job(same(), { fetch: deleted, signal: controller.signal }), /enough/);
});

test("more than a bound takes is an error before anything is sent, and up to it everything is sent", async () => {
  const sent = [];
  const fetch = (url, { headers }) => {
    sent.push(headers);
    return deleted(url);
  };
  const pairs = Array.from({ length: 1_001 }, (_, index) => [`x-${index}`, "1"]);
  const inherited = { workspaceId: "old" };
  const chain = (length) => {
    let options = inherited;
    while (length--) options = Object.create(options);
    return options;
  };
  const headersOf = (list) => [list, Object.fromEntries(list), new Headers(list), new Map(list)];
  for (const headers of headersOf(pairs)) {
    const { message } = await refused(call(fetch, { headers }), "invalid_option");
    assert.match(message, /^headers must be .*, not one of more than 1000 headers$/);
  }
  const { message } = await refused(
    call(fetch, { betas: Array(1_001).fill("a") }),
    "invalid_option",
  );
  assert.match(message, /^betas must be .*, not an array of more than 1000 elements$/);
  const own = { baseURL: "http://127.0.0.1:9", apiKey: KEY, fetch };
  const deep = deleteBatch(ID, Object.assign(chain(102), own));
  assert.match((await refused(deep, "invalid_option")).message, /more than 100 prototypes$/);
  assert.deepEqual(sent, []);

  for (const headers of headersOf(pairs.slice(1))) await call(fetch, { headers });
  for (const headers of sent) assert.equal(headers["x-1000"], "1");
  await deleteBatch(ID, Object.assign(chain(99), own));
  assert.equal(sent.pop()["anthropic-workspace-id"], "old");
});
