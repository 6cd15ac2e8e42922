// Hostile moments for the loops, in Node: an abort in the middle of each action, and from inside each of the
// caller's functions.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deleteBatch, deleteBatches, listBatches, purgeBatches } from "delete-message-batch";
import {
  assertAborts,
  batch,
  busy,
  deleted,
  ID,
  json,
  options,
  page,
  pending,
  REASON,
  turn,
  works,
} from "./caller.mjs";

test("one call: aborted before it begins, nothing is sent", async () => {
  const { given, abort } = options((url) => deleted(url));
  abort();
  await assertAborts(deleteBatch(ID, given));
  assert.equal(given.sent, 0);
});

test("one call: aborted from inside the key function", async () => {
  const { given, abort } = options((url) => deleted(url));
  given.apiKey = () => {
    abort();
    return "k";
  };
  await assertAborts(deleteBatch(ID, given));
  assert.equal(given.sent, 0);
});

test("one call: aborted while the key function is pending", async () => {
  const { given, abort } = options((url) => deleted(url), { apiKey: pending });
  const call = deleteBatch(ID, given);
  await turn();
  abort();
  await assertAborts(call);
  assert.equal(given.sent, 0);
});

test("one call: aborted from inside fetch", async () => {
  const { given } = options((url, _, abort) => {
    abort();
    return deleted(url);
  });
  await assertAborts(deleteBatch(ID, given));
  assert.equal(given.sent, 1);
});

test("one call: aborted from inside fetch, which then throws", async () => {
  const { given } = options((_url, _init, abort) => {
    abort();
    throw new Error("thrown after the abort");
  });
  await assertAborts(deleteBatch(ID, given));
});

test("one call: aborted from inside the fetch of a retry, which stays pending", async () => {
  let seen;
  const { given } = options((_url, { signal }, abort) => {
    if (given.sent === 1) return json({}, { status: 503, headers: { "retry-after-ms": "1" } });
    seen = signal;
    abort();
    return pending();
  });
  await assertAborts(deleteBatch(ID, given));
  assert.equal(seen.aborted, true);
});

test("one call: aborted while fetch is pending; fetch's own signal is also aborted", async () => {
  let seen;
  const { given, abort } = options((_, init) => {
    seen = init.signal;
    return pending();
  });
  const call = deleteBatch(ID, given);
  await turn();
  abort();
  await assertAborts(call);
  assert.equal(seen.aborted, true);
});

test("one call: aborted in the middle of the body", async () => {
  const half = () =>
    new ReadableStream({ start: (it) => it.enqueue(new TextEncoder().encode("{")) });
  const { given, abort } = options(() => new Response(half()));
  const call = deleteBatch(ID, given);
  await turn();
  abort();
  await assertAborts(call);
});

test("one call: aborted from inside onAttempt, before a retry", async () => {
  const { given, abort } = options(busy);
  given.onAttempt = abort;
  await assertAborts(deleteBatch(ID, given));
  assert.equal(given.sent, 1);
});

test("one call: aborted while it sleeps before a retry", async () => {
  const { given, abort } = options(busy);
  const call = deleteBatch(ID, given);
  await turn();
  abort();
  await assertAborts(call);
  assert.equal(given.sent, 1);
});

test("one call: aborted while it waits for the batch to end", async () => {
  const { given, abort } = options(
    (_url, init) =>
      init.method === "GET"
        ? json(batch(ID, "in_progress"))
        : json({ error: { type: "invalid_request_error" } }, { status: 400 }),
    { ifProcessing: "wait" },
  );
  const call = deleteBatch(ID, given);
  await turn();
  await turn();
  assert.ok(given.sent >= 2, `${given.sent} requests before the abort`);
  abort();
  await assertAborts(call);
});

test("a job: aborted from inside the iterator", async () => {
  const { given, abort } = options((url) => deleted(url));
  function* ids() {
    yield ID;
    abort();
    yield "msgbatch_2";
  }
  await assertAborts(deleteBatches(ids(), given));
  assert.ok(given.sent <= 1);
});

test("a job: aborted while the iterator is pending; the iterator is closed", async () => {
  const { given, abort } = options((url) => deleted(url));
  let closed = 0;
  const ids = {
    [Symbol.asyncIterator]: () => ({
      next: pending,
      return: () => {
        closed += 1;
        return Promise.resolve({ done: true });
      },
    }),
  };
  const job = deleteBatches(ids, given);
  await turn();
  abort();
  await assertAborts(job);
  assert.equal(closed, 1);
});

test("a job: aborted from inside onProgress", async () => {
  const { given, abort } = options((url) => deleted(url), { concurrency: 1 });
  given.onProgress = abort;
  await assertAborts(deleteBatches(["msgbatch_1", "msgbatch_2", "msgbatch_3"], given));
  assert.ok(given.sent <= 2, `${given.sent} requests`);
});

test("a job: onProgress that throws at an outcome after the abort does not replace the reason", async () => {
  const { given, abort } = options(pending, { concurrency: 1 });
  let outcomes = 0;
  given.onProgress = () => {
    outcomes += 1;
    throw new Error("late");
  };
  const job = deleteBatches(["msgbatch_1", "msgbatch_2"], given);
  await turn();
  abort();
  await assertAborts(job);
  assert.equal(outcomes, 1);
});

test("a job: aborted from inside onProgress, at an outcome of totalTimeout", async () => {
  const { given, abort } = options(pending, { totalTimeout: 20 });
  given.onProgress = abort;
  await assertAborts(deleteBatches(["msgbatch_1"], given));
});

test("a job: aborted from inside onAttempt", async () => {
  const { given, abort } = options((url) => deleted(url), { concurrency: 1 });
  given.onAttempt = abort;
  await assertAborts(deleteBatches(["msgbatch_1", "msgbatch_2"], given));
  assert.equal(given.sent, 1);
});

test("a job: aborted from inside fetch", async () => {
  const { given } = options((url, _, abort) => {
    abort();
    return deleted(url);
  });
  await assertAborts(deleteBatches(["msgbatch_1", "msgbatch_2"], given));
  assert.equal(given.sent, 1);
});

test("a job: aborted from inside a fetch that stays pending; its own signal is also aborted", async () => {
  let seen;
  const { given } = options((_, init, abort) => {
    seen = init.signal;
    abort();
    return pending();
  });
  await assertAborts(deleteBatches(["msgbatch_1"], given));
  assert.equal(seen.aborted, true);
});

test("a job: a fetch that aborts and then rejects leaves no rejection unhandled", async () => {
  const unhandled = [];
  const listener = (reason) => unhandled.push(reason);
  process.on("unhandledRejection", listener);
  for (const fail of [() => Promise.reject(new Error("late")), () => assert.fail("at once")]) {
    const { given } = options((_url, _init, abort) => {
      abort();
      return fail();
    });
    await assertAborts(deleteBatches(["msgbatch_1", "msgbatch_2"], given));
  }
  await turn();
  process.off("unhandledRejection", listener);
  assert.deepEqual(unhandled, []);
});

test("a list: totalTimeout bounds a filter that never settles, and a slow consumer", async () => {
  const { given } = options(() => page(3));
  const pendingFilter = listBatches({ ...given, totalTimeout: 50, filter: pending }).next();
  await assert.rejects(pendingFilter, { code: "timeout" });
  const list = listBatches({ ...given, totalTimeout: 5_000 });
  await list.next();
  await new Promise((resolve) => setTimeout(resolve, 5_050));
  await assert.rejects(list.next(), { code: "timeout" });
});

test("a job: its totalTimeout ends inside the iterator, as a fake clock may have it", async () => {
  const { setTimeout: set } = globalThis;
  const { given } = options(deleted);
  let end;
  globalThis.setTimeout = (handler, ms, ...args) => {
    if (ms !== 7_000) return set(handler, ms, ...args);
    end = () => handler(...args);
    return 0;
  };
  function* ids() {
    yield "msgbatch_1";
    end();
    yield* ["msgbatch_2", "msgbatch_3"];
  }
  try {
    const job = deleteBatches(ids(), { ...given, totalTimeout: 7_000 });
    await assert.rejects(job, { code: "timeout" });
  } finally {
    globalThis.setTimeout = set;
  }
});

test("a job: aborted while its limiter pauses", async () => {
  const limited = () =>
    json(
      { error: { type: "rate_limit_error" } },
      { status: 429, headers: { "retry-after": "30" } },
    );
  const { given, abort } = options(limited);
  const job = deleteBatches(["msgbatch_1", "msgbatch_2"], given);
  await turn();
  abort();
  await assertAborts(job);
});

for (const [name, filter] of [
  ["from inside the filter", (abort) => () => abort() ?? true],
  ["while the filter is pending", () => pending],
]) {
  test(`a purge: aborted ${name}`, async () => {
    const { given, abort } = options(() => page(3), { all: true });
    given.filter = filter(abort);
    const job = assertAborts(purgeBatches(given));
    await turn();
    abort();
    await job;
    assert.equal(given.sent, 1);
  });
}

test("a list: aborted while a page is pending, and between two batches", async () => {
  const first = options(pending);
  const next = listBatches(first.given).next();
  await turn();
  first.abort();
  await assertAborts(next);
  const second = options(() => page(3), { limit: 3 });
  const list = listBatches(second.given);
  await list.next();
  second.abort();
  await list.return();
  await works();
});

for (const [name, more, sent] of [
  ["from inside fetch", (abort) => ({ fetch: () => abort() ?? page(3) }), 0],
  ["from inside onAttempt", (abort) => ({ onAttempt: abort }), 1],
  ["from inside the filter", (abort) => ({ filter: () => abort() ?? true }), 1],
  ["from inside the key function", (abort) => ({ apiKey: () => abort() ?? "k" }), 0],
]) {
  test(`a list: aborted ${name}`, async () => {
    const { given, abort } = options(() => page(3));
    Object.assign(given, more(abort));
    await assertAborts(listBatches(given).next());
    assert.equal(given.sent, sent);
  });
}

for (const name of ["apiKey", "filter"]) {
  test(`a list: aborted while ${name} is pending`, async () => {
    const { given, abort } = options(() => page(3), { [name]: pending });
    const next = listBatches(given).next();
    await turn();
    abort();
    await assertAborts(next);
  });
}

test("a job: aborted from inside the key function, and while it is pending", async () => {
  for (const apiKey of [(abort) => abort() ?? "k", pending]) {
    const { given, abort } = options((url) => deleted(url));
    given.apiKey = () => apiKey(abort);
    const job = assertAborts(deleteBatches(["msgbatch_1", "msgbatch_2"], given));
    await turn();
    abort();
    await job;
    assert.equal(given.sent, 0);
  }
});

test("1 000 calls, each aborted at another moment, and 1 000 that are not", async () => {
  const slow = (url) => new Promise((resolve) => setTimeout(() => resolve(deleted(url)), 3));
  const calls = Array.from({ length: 2_000 }, (_, index) => {
    const { given, abort } = options(slow);
    if (index % 2) setTimeout(abort, index % 7);
    return deleteBatch(`msgbatch_${index}`, given).then(
      ({ id }) => assert.equal(id, `msgbatch_${index}`),
      (thrown) => assert.ok(index % 2 && thrown === REASON),
    );
  });
  await Promise.all(calls);
  await works();
});
