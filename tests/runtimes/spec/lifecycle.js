// Batches that have not ended, batches that do not exist, and the two other calls.

import { assertGone, assertKept, batch, received, refusal, untilReceived } from "./support.js";

const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";
const path = (id) => `/v1/messages/batches/${id}`;

export const cases = [
  ...["in_progress", "canceling"].flatMap((status) =>
    [400, 409].map((refusalStatus) => ({
      name: `${status}, refused with ${refusalStatus}: still_processing`,
      run: async (t) => {
        await t.world.settings({ refusalStatus, cancelingMs: 600_000 });
        const id = await batch(t, status);
        const error = await refusal(t, t.api.deleteBatch(id, { ...t.options, maxRetries: 0 }), {
          code: "still_processing",
          status: refusalStatus,
          attempts: 1,
          message: new RegExp(`the batch is ${status}: ifProcessing "wait" or "cancel"`),
        });
        t.assert.match(error.requestId, /^req_/);
        t.assert.deepEqual(await received(t), [`DELETE ${path(id)}`, `GET ${path(id)}`]);
        await assertKept(t, id);
      },
    })),
  ),
  {
    name: "a refusal whose GET fails stands as it is",
    run: async (t) => {
      const id = await batch(t, "in_progress");
      await t.world.faults([{ match: { method: "GET" }, status: 403, times: null }]);
      await refusal(t, t.api.deleteBatch(id, t.options), { code: "bad_request", status: 400 });
      t.assert.deepEqual(await received(t), [`DELETE ${path(id)}`, `GET ${path(id)}`]);
    },
  },
  {
    name: "a refusal of a batch that has ended stands as it is",
    run: async (t) => {
      const id = await batch(t);
      await t.world.faults([{ match: { method: "DELETE" }, status: 400 }]);
      await refusal(t, t.api.deleteBatch(id, t.options), { code: "bad_request", status: 400 });
      await assertKept(t, id);
    },
  },
  {
    name: "wait: deleted once it has ended",
    run: async (t) => {
      const id = await batch(t, "in_progress");
      const deleted = t.api.deleteBatch(id, {
        ...t.options,
        ifProcessing: "wait",
        pollInterval: 30,
      });
      // The DELETE that is refused, and two status checks.
      await untilReceived(t, 3);
      await assertKept(t, id);
      await t.world.end(id);
      t.assert.deepEqual(await deleted, { id, type: "message_batch_deleted" });
      const [first, second, ...rest] = await received(t);
      t.assert.deepEqual([first, second], [`DELETE ${path(id)}`, `GET ${path(id)}`]);
      t.assert.equal(rest.pop(), `DELETE ${path(id)}`);
      t.assert.ok(rest.length > 0 && rest.every((line) => line === `GET ${path(id)}`));
      await assertGone(t, id);
    },
  },
  {
    name: "wait is bounded by totalTimeout",
    run: async (t) => {
      const id = await batch(t, "in_progress");
      const options = { ...t.options, ifProcessing: "wait", pollInterval: 20, totalTimeout: 200 };
      await refusal(t, t.api.deleteBatch(id, options), { code: "timeout" });
      await assertKept(t, id);
    },
  },
  {
    name: "cancel: canceled, awaited, deleted",
    run: async (t) => {
      await t.world.settings({ cancelingMs: 100 });
      const id = await batch(t, "in_progress");
      const options = { ...t.options, ifProcessing: "cancel", pollInterval: 30 };
      t.assert.deepEqual(await t.api.deleteBatch(id, options), {
        id,
        type: "message_batch_deleted",
      });
      const lines = await received(t);
      t.assert.deepEqual(lines.slice(0, 3), [
        `DELETE ${path(id)}`,
        `GET ${path(id)}`,
        `POST ${path(id)}/cancel`,
      ]);
      t.assert.equal(lines.filter((line) => line.startsWith("POST")).length, 1);
      await assertGone(t, id);
    },
  },
  {
    name: "cancel of a batch that is canceling already only waits",
    run: async (t) => {
      await t.world.settings({ cancelingMs: 600_000 });
      const id = await batch(t, "canceling");
      const deleted = t.api.deleteBatch(id, {
        ...t.options,
        ifProcessing: "cancel",
        pollInterval: 30,
      });
      // The DELETE that is refused, and two status checks.
      await untilReceived(t, 3);
      await t.world.end(id);
      await deleted;
      t.assert.ok(!(await received(t)).some((line) => line.startsWith("POST")));
      await assertGone(t, id);
    },
  },
  {
    name: "cancel that is refused because the batch has ended meanwhile",
    run: async (t) => {
      const id = await batch(t, "in_progress");
      await t.world.faults([{ match: { method: "POST" }, status: 400 }]);
      const deleted = t.api.deleteBatch(id, {
        ...t.options,
        ifProcessing: "cancel",
        pollInterval: 30,
      });
      // The DELETE that is refused, the cancelation, a status check.
      await untilReceived(t, 3);
      await t.world.end(id);
      await deleted;
      await assertGone(t, id);
    },
  },
  {
    name: "cancel that is forbidden",
    run: async (t) => {
      const id = await batch(t, "in_progress");
      await t.world.faults([{ match: { method: "POST" }, status: 403 }]);
      await refusal(t, t.api.deleteBatch(id, { ...t.options, ifProcessing: "cancel" }), {
        code: "permission",
        message: new RegExp(`^POST ${path(id)}/cancel: 403 `),
      });
    },
  },
  {
    name: "a batch that is gone while it is waited for",
    run: async (t) => {
      for (const ifMissing of ["reject", "ignore"]) {
        const id = await batch(t, "in_progress");
        await t.world.faults([
          { match: { method: "GET", id }, times: 1 },
          { match: { method: "GET", id }, status: 404, times: null },
          { match: { method: "DELETE", id }, times: 1 },
          { match: { method: "DELETE", id }, status: 404 },
        ]);
        const options = { ...t.options, ifProcessing: "wait", pollInterval: 10, ifMissing };
        if (ifMissing === "reject")
          await refusal(t, t.api.deleteBatch(id, options), { code: "not_found" });
        else
          t.assert.deepEqual(await t.api.deleteBatch(id, options), {
            id,
            type: "message_batch_deleted",
          });
      }
    },
  },
  {
    name: "another status check follows one that finds no batch",
    run: async (t) => {
      const id = await batch(t, "in_progress");
      await t.world.faults([{ match: { method: "GET", id }, status: 404 }]);
      const options = { ...t.options, ifProcessing: "wait", pollInterval: 10 };
      options.onAttempt = ({ method, status }) => {
        if (method === "GET" && status === 404) t.world.end(id);
      };
      t.assert.equal((await t.api.deleteBatch(id, options)).id, id);
      const gone = (await t.world.batches()).deleted;
      t.assert.deepEqual(gone, [id]);
    },
  },
  {
    name: "ifMissing ignore: a batch that is not there counts as deleted",
    run: async (t) => {
      const deleted = await t.api.deleteBatch(ID, { ...t.options, ifMissing: "ignore" });
      t.assert.deepEqual(deleted, { id: ID, type: "message_batch_deleted" });
      t.assert.match(deleted._request_id, /^req_/);
    },
  },
  {
    name: "retrieveBatch: exactly the object that the API sent",
    run: async (t) => {
      const [made] = (await t.world.create({ status: "in_progress" })).batches;
      const found = await t.api.retrieveBatch(made.id, t.options);
      t.assert.deepEqual(found, made);
      t.assert.match(found._request_id, /^req_/);
      await refusal(t, t.api.retrieveBatch(ID, t.options), { code: "not_found", message: /^GET / });
    },
  },
  {
    name: "cancelBatch: the batch in canceling",
    run: async (t) => {
      const id = await batch(t, "in_progress");
      const canceled = await t.api.cancelBatch(id, t.options);
      t.assert.deepEqual([canceled.id, canceled.processing_status], [id, "canceling"]);
      await refusal(t, t.api.cancelBatch(ID, t.options), { code: "not_found", message: /^POST / });
    },
  },
  ...[
    ["a deletion", { id: ID, type: "message_batch_deleted" }],
    ["another batch", { id: "msgbatch_other", type: "message_batch", processing_status: "ended" }],
    ["a batch without a state", { id: ID, type: "message_batch" }],
  ].map(([name, json]) => ({
    name: `retrieveBatch: a response with ${name} is not a success`,
    run: async (t) => {
      await t.world.faults([{ status: 200, json }]);
      await refusal(t, t.api.retrieveBatch(ID, t.options), { code: "invalid_response" });
    },
  })),
  {
    name: "many calls at once",
    run: async (t) => {
      const { batches } = await t.world.create({ count: 50 });
      const results = await Promise.all(batches.map(({ id }) => t.api.deleteBatch(id, t.options)));
      t.assert.deepEqual(
        results.map(({ id }) => id),
        batches.map(({ id }) => id),
      );
      t.assert.equal((await t.world.batches()).deleted.length, 50);
    },
  },
];
