// The state of a job after a run: (result of the run, expected state and wait).

import assert from "node:assert/strict";
import { test } from "node:test";
import { isPassing, next } from "../../www/worker/retention/next.js";

const NOW = 1_000_000;
const fresh = { idleRuns: 0, rounds: 0, lastProgressAt: NOW };
const idle = (idleRuns) => ({ ...fresh, idleRuns });
const rounds = (rounds) => ({ ...fresh, rounds });
const cut = { isStopped: false, isComplete: false, progress: 5, passing: 0 };
const read = { ...cut, isComplete: true };
const failed = (error, more) => ({ ...cut, progress: 0, error, ...more });
const down = { code: "server", status: 503 };
const revoked = { code: "authentication", status: 401 };

for (const [name, inner, run, state, waitMs, more] of [
  ["its time ended", fresh, cut, "running", 0],
  ["the list ended", fresh, read, "done"],
  ["an operator stopped it", fresh, { ...read, isStopped: true }, "stopped"],
  ["stopped and refused", fresh, failed(revoked, { isStopped: true }), "stopped"],
  ["401", fresh, failed(revoked), "failed", undefined, { isSuspended: true }],
  ["402", fresh, failed({ code: "http", status: 402 }), "failed", undefined, { isSuspended: true }],
  [
    "403 after successes",
    fresh,
    { ...cut, error: { status: 403 } },
    "failed",
    undefined,
    { isSuspended: true },
  ],
  ["a wrong option", fresh, failed({ code: "invalid_option" }), "failed"],
  ["some may pass, once", fresh, { ...read, passing: 2 }, "waiting", 5_000],
  ["some may pass, twice", rounds(1), { ...read, passing: 2 }, "waiting", 10_000],
  ["some may pass, no more", rounds(2), { ...read, passing: 2 }, "done"],
  ["the server is down", fresh, failed(down), "waiting", 5_000],
  ["down three times", idle(2), failed(down), "waiting", 20_000],
  ["down for long", idle(50), failed(down), "waiting", 900_000],
  ["down after successes", idle(3), { ...cut, error: down }, "waiting", 5_000],
  ["the API says when", fresh, failed({ ...down, retryAfterMs: 120_000 }), "waiting", 120_000],
  ["the API says at once", fresh, failed({ ...down, retryAfterMs: 1 }), "waiting", 1_000],
  [
    "a day without progress",
    { ...idle(90), lastProgressAt: NOW - 86_400_001 },
    failed(down),
    "failed",
  ],
  ["nothing was done, with no error", fresh, { ...cut, progress: 0 }, "waiting", 5_000],
]) {
  test(`a run after which ${name}`, () => {
    const following = next(inner, run, NOW);
    assert.equal(following.job.state, state);
    assert.equal(following.job.nextRunAt, waitMs === undefined ? null : NOW + waitMs);
    assert.equal(following.job.finishedAt, waitMs === undefined ? NOW : null);
    assert.equal(following.isLast, waitMs === undefined);
    assert.equal(following.isSuspended, more?.isSuspended ?? false);
  });
}

test("progress is remembered, and its absence counted", () => {
  const before = { idleRuns: 3, rounds: 1, lastProgressAt: 5 };
  assert.deepEqual(next(before, cut, NOW).inner, { idleRuns: 0, rounds: 1, lastProgressAt: NOW });
  const idle = { ...read, progress: 0, passing: 1 };
  assert.deepEqual(next(before, idle, NOW).inner, { idleRuns: 4, rounds: 2, lastProgressAt: 5 });
});

test("the failures that may pass", () => {
  for (const [code, retryable, maybeApplied, passing] of [
    ["connection", true, true, true],
    ["rate_limit", true, false, true],
    ["invalid_response", false, true, true],
    ["bad_request", false, false, false],
    ["still_processing", true, false, false],
  ]) {
    assert.equal(isPassing({ code, retryable, maybeApplied }), passing, code);
  }
});
