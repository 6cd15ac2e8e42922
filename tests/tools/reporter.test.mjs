// The reporter of the tests prints each failure at once, with the output of its file and the command that runs it
// alone.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import report from "../../tools/test/reporter.mjs";

async function printedFor(events) {
  let printed = "";
  for await (const line of report(events)) printed += line;
  return printed;
}

function failureIn(file) {
  const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  const thrown = new TypeError("fetch failed", { cause: refused });
  // As Node's runner hands it on.
  const error = new Error(thrown.message, { cause: thrown });
  return [
    { type: "test:start", data: { name: "a (b)", nesting: 0 } },
    { type: "test:stdout", data: { file: join(process.cwd(), file), message: "of this file\n" } },
    { type: "test:stdout", data: { file: "/elsewhere.mjs", message: "of another\n" } },
    {
      type: "test:fail",
      data: { name: "a (b)", nesting: 0, file: join(process.cwd(), file), details: { error } },
    },
  ];
}

test("a failure has its cause, its own file's output, and the command that runs it alone", async () => {
  const printed = await printedFor(failureIn("tests/x/one.test.mjs"));
  assert.match(printed, /^✗ a \(b\)\n/);
  assert.match(printed, /ECONNREFUSED: refused/);
  assert.match(printed, /of this file/);
  assert.doesNotMatch(printed, /of another/);
  assert.ok(
    printed.includes("alone: node --test --test-name-pattern='a \\(b\\)' tests/x/one.test.mjs\n"),
    printed,
  );
  assert.match(printed, /#counts {"passed":0,"failed":1,"skipped":0}\n$/);
});

test("a case from a file without tests of its own has no such command", async () => {
  assert.doesNotMatch(await printedFor(failureIn("tests/x/points/index.mjs")), /alone:/);
});

test("a suite's test runs alone, a subtest with its test", async () => {
  const error = new Error("x", { cause: new Error("x") });
  const file = join(process.cwd(), "tests/x/one.test.mjs");
  const printed = await printedFor([
    { type: "test:enqueue", data: { name: "s", nesting: 0, type: "suite" } },
    { type: "test:start", data: { name: "s", nesting: 0 } },
    { type: "test:start", data: { name: "t", nesting: 1 } },
    { type: "test:start", data: { name: "sub", nesting: 2 } },
    { type: "test:fail", data: { name: "sub", nesting: 2, file, details: { error } } },
  ]);
  assert.match(printed, /^✗ s › t › sub\n/);
  assert.match(printed, /--test-name-pattern='t' /);
});
