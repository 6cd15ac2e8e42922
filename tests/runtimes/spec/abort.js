// Aborting a call at any moment.

import { assertKept, batch, received, thrown, untilReceived } from "./support.js";

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";

/** Starts a call, waits until `when` holds, aborts, and asserts that the call rejects with the reason. */
async function abortDuring(t, { faults, options = {}, when, id = ID }) {
  if (faults) await t.world.faults(faults);
  const controller = new AbortController();
  const promise = t.api.deleteBatch(id, { ...t.options, ...options, signal: controller.signal });
  promise.catch(() => {});
  await when();
  const reason = new Error("the operator changed his mind");
  controller.abort(reason);
  t.assert.ok((await thrown(t, promise)) === reason, "rejects with the very reason");
}

const afterRequests = (t, count) => () => untilReceived(t, count);

/** A promise, and the function that resolves it. */
function event() {
  let happen;
  const happened = new Promise((resolve) => {
    happen = resolve;
  });
  return { happened, happen };
}

export const cases = [
  {
    name: "before the call: nothing is sent",
    run: async (t) => {
      const id = await batch(t);
      const promise = t.api.deleteBatch(id, { ...t.options, signal: AbortSignal.abort("stop") });
      t.assert.equal(await thrown(t, promise), "stop");
      t.assert.deepEqual(await received(t), []);
      await assertKept(t, id);
    },
  },
  {
    name: "right after the call",
    run: async (t) => {
      const controller = new AbortController();
      const promise = t.api.deleteBatch(ID, { ...t.options, signal: controller.signal });
      controller.abort("at once");
      t.assert.equal(await thrown(t, promise), "at once");
    },
  },
  {
    name: "while waiting for the response",
    run: (t) => abortDuring(t, { faults: [{ hang: true }], when: afterRequests(t, 1) }),
  },
  {
    name: "in the middle of the body",
    run: (t) => {
      const { happened, happen } = event();
      const watched = async (...args) => {
        const response = await fetch(...args);
        happen();
        return response;
      };
      return abortDuring(t, {
        faults: [{ stall: true, status: 200, json: { id: ID, type: "message_batch_deleted" } }],
        options: { fetch: watched },
        when: () => happened,
      });
    },
  },
  {
    name: "while waiting for the next attempt",
    run: async (t) => {
      const faults = [{ status: 429, headers: { "retry-after": "20" } }];
      // The attempt has ended, and the wait begins.
      const { happened, happen } = event();
      await abortDuring(t, { faults, options: { onAttempt: happen }, when: () => happened });
      t.assert.equal((await received(t)).length, 1);
    },
  },
  {
    name: "while waiting for the batch to end",
    run: async (t) => {
      const id = await batch(t, "in_progress");
      const { happened, happen } = event();
      let attempts = 0;
      const onAttempt = () => {
        attempts += 1;
        if (attempts === 2) happen();
      };
      const options = { ifProcessing: "wait", pollInterval: 60_000, onAttempt };
      await abortDuring(t, { id, options, when: () => happened });
      await assertKept(t, id);
    },
  },
  {
    name: "while a credential is awaited",
    run: (t) => {
      const { happened, happen } = event();
      const apiKey = () => {
        happen();
        return new Promise(() => {});
      };
      return abortDuring(t, { options: { apiKey }, when: () => happened });
    },
  },
  ...[
    ["a string", "stop"],
    ["null", null],
    ["a number", 0],
    ["an object", { why: "no" }],
  ].map(([name, reason]) => ({
    name: `the reason may be ${name}`,
    run: async (t) => {
      await t.world.faults([{ hang: true }]);
      const controller = new AbortController();
      const promise = t.api.deleteBatch(ID, { ...t.options, signal: controller.signal });
      promise.catch(() => {});
      await untilReceived(t, 1);
      controller.abort(reason);
      t.assert.ok((await thrown(t, promise)) === reason, "the very reason");
    },
  })),
  {
    name: "without a reason: the runtime's AbortError",
    run: async (t) => {
      await t.world.faults([{ hang: true }]);
      const controller = new AbortController();
      const promise = t.api.deleteBatch(ID, { ...t.options, signal: controller.signal });
      promise.catch(() => {});
      await untilReceived(t, 1);
      controller.abort();
      const reason = await thrown(t, promise);
      t.assert.ok(reason === controller.signal.reason);
      t.assert.equal(reason.name, "AbortError");
    },
  },
  {
    name: "AbortSignal.timeout: its TimeoutError",
    run: async (t) => {
      await t.world.faults([{ hang: true }]);
      const signal = AbortSignal.timeout(50);
      const reason = await thrown(t, t.api.deleteBatch(ID, { ...t.options, signal }));
      t.assert.ok(reason === signal.reason);
      t.assert.equal(reason.name, "TimeoutError");
    },
  },
  {
    name: "after the call: no effect, and no listener is left",
    run: async (t) => {
      const controller = new AbortController();
      const { signal } = controller;
      let listeners = 0;
      const watched = {
        get aborted() {
          return signal.aborted;
        },
        get reason() {
          return signal.reason;
        },
        addEventListener(...args) {
          listeners += 1;
          signal.addEventListener(...args);
        },
        removeEventListener(...args) {
          listeners -= 1;
          signal.removeEventListener(...args);
        },
      };
      await t.api.deleteBatch(await batch(t), { ...t.options, signal: watched });
      t.assert.equal(listeners, 0);
      await t.world.faults([{ status: 400, times: 1 }]);
      await thrown(t, t.api.retrieveBatch(ID, { ...t.options, signal: watched }));
      t.assert.equal(listeners, 0);
      controller.abort();
    },
  },
  {
    name: "one signal for several calls",
    run: async (t) => {
      await t.world.faults([{ hang: true, times: null }]);
      const controller = new AbortController();
      const options = { ...t.options, signal: controller.signal };
      const calls = [
        t.api.deleteBatch(ID, options),
        t.api.retrieveBatch(ID, options),
        t.api.cancelBatch(ID, options),
      ];
      const reasons = Promise.all(calls.map((call) => thrown(t, call)));
      await afterRequests(t, 3)();
      controller.abort("all of them");
      t.assert.deepEqual(await reasons, ["all of them", "all of them", "all of them"]);
    },
  },
];
