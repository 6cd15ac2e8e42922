// `npm run soak` judges its samples and outcomes: a leak fails, and an outcome that is not true fails.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { BOUNDS, judge } from "../soak/judge.mjs";
import { untrue } from "../soak/truth.mjs";

const MIB = 1_048_576;
const PER_SECOND = 100;

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");

/** Half an hour of samples: memory that goes up and down, `held` bytes a call that are never given back. */
function soak({ held = {}, count = 180, ...more } = {}) {
  const noise = (index) => ((index * 7_919) % 13) / 13;
  const samples = Array.from({ length: count }, (_, index) => {
    const seconds = 10 * (index + 1);
    const of = (figure, base, swing) =>
      base + swing * noise(index) + (held[figure] ?? 0) * PER_SECOND * seconds;
    return {
      ...{ seconds, instances: 1, heap: of("heap", 8 * MIB, MIB) },
      ...{ wasm: of("wasm", MIB, 0), rss: of("rss", 80 * MIB, 16 * MIB) },
    };
  });
  return { name: "here", samples, calls: 10_000, planned: 10_000, violations: [], ...more };
}

const failuresOf = (wanted) => judge(soak(wanted)).failures;

test("memory that rises and falls passes", () => {
  const { rows, failures } = judge(soak());
  assert.deepEqual(failures, []);
  assert.deepEqual(
    rows.map(({ figure }) => figure),
    Object.keys(BOUNDS),
  );
});

test("a few bytes kept for each call are a leak, in each kind of memory", () => {
  for (const [figure, bytes] of [
    ["heap", 20],
    ["wasm", 8],
    ["rss", 600],
  ]) {
    const failures = failuresOf({ held: { [figure]: bytes } });
    assert.match(failures.join(), new RegExp(`^here: ${figure} grows by`));
  }
});

test("growth that the control also has passes", () => {
  const growing = (perCall) => ({ ...soak({ held: { rss: perCall } }), requests: 20_000 });
  assert.deepEqual(judge(growing(900), growing(900)).failures, []);
  assert.match(judge(growing(1_500), growing(900)).failures.join(), /^here: rss grows by/);
  const more = { ...growing(900), requests: 23_000 };
  assert.match(judge(growing(900), more).failures.join(), /20000 requests, the control 23000/);
});

test("reports that are kept are a leak", () => {
  const reports = [];
  const samples = Array.from({ length: 16 }, (_, index) => {
    for (let count = 0; count < 2_000; count += 1) {
      reports.push({ deleted: 1, missing: 0, failed: [{ id: `msgbatch_${index}_${count}` }] });
    }
    gc();
    return { seconds: index, instances: 1, heap: process.memoryUsage().heapUsed, wasm: 0, rss: 0 };
  });
  const { failures } = judge({ ...soak(), samples });
  assert.match(failures.join(), /^here: heap grows by/);
  assert.equal(reports.length, 32_000);
});

test("a runtime without a figure is judged by the others", () => {
  const samples = soak().samples.map(({ heap: _, ...others }) => others);
  const { rows, failures } = judge({ ...soak(), samples });
  assert.deepEqual([failures, rows.map(({ figure }) => figure)], [[], ["wasm", "rss"]]);
});

test("a run with few samples, few calls or a second instance of the wasm fails", () => {
  assert.match(failuresOf({ count: 7 }).join(), /only 7 samples/);
  assert.match(failuresOf({ calls: 900 }).join(), /900 calls of 10000/);
  const samples = soak().samples.with(90, { ...soak().samples[90], instances: 2 });
  assert.match(failuresOf({ samples }).join(), /has trapped/);
});

test("an outcome that is not true fails", () => {
  assert.deepEqual(failuresOf({ violations: ["x is there"] }), ["here: x is there"]);
});

test("the reports of calls are compared with the server", () => {
  const reported = { sent: ["a", "b", "c"], deleted: ["a"], missing: ["b"] };
  const server = { deleted: ["a", "b"], batches: [{ id: "c" }, { id: "kept" }] };
  assert.deepEqual(untrue(reported, server, ["kept"]), []);
  const wrongs = [
    [{ ...reported, deleted: ["a", "c"] }, server, ["kept"], /^c is reported as deleted/],
    [{ ...reported, missing: ["c"] }, server, ["kept"], /^c is reported as missing/],
    [{ ...reported, sent: ["a"] }, server, ["kept"], /^b is gone, and no call/],
    [reported, server, ["kept", "other"], /^other is gone, and was to be kept/],
    [reported, { ...server, deleted: ["a", "b", "b"] }, ["kept"], /twice/],
  ];
  for (const [calls, there, kept, wanted] of wrongs) {
    const found = untrue(calls, there, kept);
    assert.equal(found.length, 1, found.join());
    assert.match(found[0], wanted);
  }
});
