// A reporter for Node's test runner: failures in full, passes as a number, and the counts as a
// line of JSON at the end, for tools/test/counted.mjs.

import { relative } from "node:path";
import { inspect } from "node:util";

export default async function* report(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  // The names on the way to the test that runs, outermost first.
  const path = [];
  // How deep the last finished test was: a shallower one after it is its parent.
  let lastDepth = 0;
  for await (const { type, data } of events) {
    if (type === "test:start") {
      path.length = data.nesting;
      path.push(data.name);
    } else if (type === "test:pass" || type === "test:fail") {
      const isParent = data.nesting < lastDepth;
      lastDepth = data.nesting;
      const failed = type === "test:fail";
      // A parent is counted only if it failed by itself.
      if (isParent && !(failed && !isByChildren(data.details.error))) continue;
      if (data.skip !== undefined) counts.skipped += 1;
      else counts[failed ? "failed" : "passed"] += 1;
      if (failed) yield describe([...path.slice(0, data.nesting), data.name], data);
    } else if (type === "test:diagnostic" && !OWN_SUMMARY.test(data.message)) {
      yield `   ${data.message}\n`;
    } else if (type === "test:stdout" || type === "test:stderr") {
      yield data.message;
    }
  }
  yield `#counts ${JSON.stringify(counts)}\n`;
}

/** The lines with which Node's runner ends. */
const OWN_SUMMARY = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

const isByChildren = (error) => error?.failureType === "subtestsFailed";

function describe(names, { file, details }) {
  // The runner wraps the thrown value.
  const error = details.error?.cause ?? details.error;
  const shown = error instanceof Error ? (error.stack ?? error.message) : inspect(error);
  const where = file ? ` (${relative(process.cwd(), file)})` : "";
  const indented = shown.replaceAll("\n", "\n    ");
  return `✗ ${names.join(" › ")}${where}\n    ${indented}\n\n`;
}
