// `npm run mutants` reads the findings of cargo-mutants.

import assert from "node:assert/strict";
import { test } from "node:test";
import { judge, nameOf, summary } from "../../tools/mutants/judge.mjs";

const LINE =
  "policy/src/http/retry.rs:12:5: replace decide_retry -> RetryDecision with Default::default()";
const NAME =
  "policy/src/http/retry.rs: replace decide_retry -> RetryDecision with Default::default()";
const whole = { isWhole: true };
const found = (more) => ({ caught: ["a"], missed: [], timeout: [], ...more });

test("a name has neither line nor column", () => {
  assert.equal(nameOf(LINE), NAME);
});

test("a survivor fails, unless it is accepted with a reason", () => {
  const fails = (findings, list) => summary(judge(findings, list, whole)).fails;
  assert.ok(fails(found({ missed: [LINE] }), []));
  assert.ok(fails(found({ missed: [LINE] }), [NAME]));
  assert.ok(!fails(found({ missed: [LINE] }), ["# a comment", `${NAME} # it is the same`]));
  assert.ok(!fails(found({ timeout: [LINE] }), []));
});

test("an accepted mutant that no longer survives fails a whole run, but not a partial one", () => {
  const list = [`${NAME} # it is the same`];
  assert.ok(summary(judge(found(), list, whole)).fails);
  assert.ok(!summary(judge(found(), list, { isWhole: false })).fails);
});

test("a run without a mutant fails", () => {
  assert.ok(summary(judge(found({ caught: [] }), [], whole)).fails);
});
