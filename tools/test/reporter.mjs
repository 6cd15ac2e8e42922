// A reporter for Node's test runner: it prints failures in full, with the output of their file and the command that
// runs the case alone. It counts passes, and ends with a line of JSON that tools/test/counted.mjs reads.

import { relative } from "node:path";
import { inspect } from "node:util";

export default async function* report(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  // The names on the way to the test that runs, outermost first.
  const path = [];
  /** The output of each file, kept until a failure shows it. */
  const printed = new Map();
  const suites = new Set();
  // How deep the last finished test was: a shallower one after it is its parent.
  let lastDepth = 0;
  for await (const { type, data } of events) {
    if (type === "test:enqueue" && data.type === "suite") suites.add(data.name);
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
      if (failed) {
        const names = [...path.slice(0, data.nesting), data.name];
        const test = names.find((name) => !suites.has(name)) ?? data.name;
        yield describe(names, test, data, printed.get(data.file) ?? "");
        printed.delete(data.file);
      }
    } else if (type === "test:diagnostic" && !OWN_SUMMARY.test(data.message)) {
      yield `   ${data.message}\n`;
    } else if (type === "test:stdout" || type === "test:stderr") {
      printed.set(data.file, `${printed.get(data.file) ?? ""}${data.message}`.slice(-MOST_PRINTED));
    }
  }
  yield `#counts ${JSON.stringify(counts)}\n`;
}

/** How the report of a failure begins. */
export const FAILURE = "✗ ";

/** The lines with which Node's runner ends. */
const OWN_SUMMARY = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

const isByChildren = (error) => error?.failureType === "subtestsFailed";

/** A failure shows at most this many characters of its file's output. */
const MOST_PRINTED = 8_000;

function describe(names, test, { file, details }, printed) {
  // The runner wraps the thrown value.
  const error = details.error?.cause ?? details.error;
  const shown = error instanceof Error ? (error.stack ?? error.message) : inspect(error);
  const cause = causeOf(error);
  const lines = [
    shown,
    ...(cause ? [`cause: ${cause}`] : []),
    ...(printed ? [printed.trimEnd()] : []),
  ];
  const indented = lines.join("\n").replaceAll("\n", "\n    ");
  return `${FAILURE}${names.join(" › ")}\n    ${indented}\n${alone(test, file)}\n`;
}

/** Why `fetch` failed: its own message says only that it did. */
function causeOf(error) {
  const { cause } = error ?? {};
  if (!(cause instanceof Error)) return undefined;
  return `${cause.code ?? cause.name}: ${cause.message}`;
}

/** The line with the command that runs a test alone; none for a case that another kind of file declares. */
function alone(name, file) {
  if (!TEST_FILE.test(file ?? "")) return "";
  const pattern = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("'", ".");
  return `    alone: node --test --test-name-pattern='${pattern}' ${relative(process.cwd(), file)}\n`;
}

const TEST_FILE = /\.(test|nightly)\.mjs$/;
