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

test("a case that a file without tests of its own declares has no such command", async () => {
  assert.doesNotMatch(await printedFor(failureIn("tests/x/points/index.mjs")), /alone:/);
});
