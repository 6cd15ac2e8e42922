// The cancelation of many: `cancelBatches`.

import { ended, received, refusal } from "./support.js";

export const cases = [
  {
    name: "each end has its count, and its request id",
    run: async (t) => {
      const { batches } = await t.world.create({ status: "in_progress", count: 2 });
      const running = batches.map(({ id }) => id);
      const over = await ended(t, 2);
      const ids = [...running, ...over, "msgbatch_unknown", "../models", running[0]];
      const reported = [];
      const attempts = [];
      const report = await t.api.cancelBatches(ids, {
        ...t.options,
        onAttempt: (attempt) => attempts.push(attempt),
        onProgress: (progress) => reported.push(progress),
      });
      const { failed, ...counts } = report;
      t.assert.deepEqual(counts, { canceled: 2, ended: 2, missing: 1, unsent: 0, total: 6 });
      t.assert.deepEqual([failed.length, failed[0].error.code], [1, "invalid_option"]);
      const { done, canceled, ended: before, missing, failed: count } = reported.at(-1);
      t.assert.deepEqual([done, canceled, before, missing, count], [6, 2, 2, 1, 1]);
      const statuses = new Map([
        ...running.map((id) => [id, "canceled"]),
        ...over.map((id) => [id, "ended"]),
        ["msgbatch_unknown", "missing"],
        ["../models", "failed"],
      ]);
      for (const { outcome } of reported) {
        t.assert.equal(outcome.status, statuses.get(outcome.id));
        const hasId = typeof outcome.requestId === "string";
        t.assert.equal(hasId, outcome.status !== "failed", outcome.status);
      }
      t.assert.ok(attempts.every(({ id }) => ids.includes(id)));
      for (const id of running) {
        const { processing_status: status } = await t.api.retrieveBatch(id, t.options);
        t.assert.ok(["canceling", "ended"].includes(status), status);
      }
      t.assert.ok((await received(t)).every((call) => !call.startsWith("DELETE")));
    },
  },
  {
    name: "options of a deletion alone are refused, and a drain ends it",
    run: async (t) => {
      const { batches } = await t.world.create({ status: "in_progress", count: 30 });
      const ids = batches.map(({ id }) => id);
      const wrong = t.api.cancelBatches(ids, { ...t.options, ifProcessing: "cancel" });
      const expected = { code: "invalid_option", message: /has no option "ifProcessing"/ };
      await refusal(t, wrong, expected);
      const controller = new AbortController();
      const onProgress = ({ done }) => done === 5 && controller.abort();
      const drain = controller.signal;
      const report = await t.api.cancelBatches(ids, { ...t.options, drain, onProgress });
      t.assert.deepEqual([report.drained, report.total], [true, 30]);
      t.assert.ok(report.canceled >= 5 && report.canceled <= 13, `${report.canceled}`);
    },
  },
];
