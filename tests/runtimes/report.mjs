// The results of a specification run, as tests of node:test: a failure names the case.

import assert from "node:assert/strict";

/** @param {import("node:test").TestContext} t */
export async function report(t, { runtime, results, notApplicable }) {
  assert.ok(results.length > 0, `no case ran in ${runtime}`);
  for (const result of results) {
    const { ok, ms, error } = result;
    await t.test(name(result), () => {
      if (ok) return;
      const failure = new Error(`in ${runtime}, after ${ms} ms: ${error}`);
      // The case's own stack is in the message; the stack of this line has no information.
      failure.stack = failure.message;
      throw failure;
    });
  }
  const slowest = results.reduce((a, b) => (a.ms > b.ms ? a : b));
  t.diagnostic(
    `${runtime}: ${results.length} cases; the slowest, "${name(slowest)}", ${slowest.ms} ms`,
  );
  // Printed, so that they do not count as passed.
  for (const one of notApplicable) t.diagnostic(`${runtime}: not applicable here: ${one}`);
}

const name = ({ group, name }) => `${group}: ${name}`;
