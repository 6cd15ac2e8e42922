// Runs the specification in a runtime that is a command.

import { fileURLToPath } from "node:url";
import { execute } from "../../tools/shared/run.mjs";
import { startEmulator } from "./emulator.mjs";
import { report } from "./report.mjs";

/** The limit on a whole specification, which usually takes some 5 s. */
const LIMIT_MS = 120_000;
const PACKAGE = "delete-message-batch";
const MAIN = fileURLToPath(new URL("spec-main.mjs", import.meta.url));

/**
 * @param {import("node:test").TestContext} t
 * @param {object} runtime
 * @param {string} runtime.name
 * @param {string} runtime.command
 * @param {string[]} [runtime.args] before the script
 * @param {string} [runtime.entry] of the package
 * @param {string | string[]} [runtime.filter] only cases whose "group: name" contains this, or one of these
 * @param {string} runtime.missing the message if the command does not exist
 */
export async function specInProcess(t, runtime) {
  const { name, command, args = [], entry = PACKAGE, filter = "", missing } = runtime;
  const emulator = await startEmulator();
  t.after(emulator.stop);
  const wanted = JSON.stringify(process.env.SPEC_FILTER ?? filter);
  const { code, stdout, output } = await execute(
    command,
    [...args, MAIN, name, entry, emulator.origin, wanted],
    { env: plainEnvironment(), missing, limitMs: LIMIT_MS },
  );
  if (code !== 0) throw new Error(`${name} ended with exit code ${code}:\n${output}`);
  await report(t, JSON.parse(stdout.trim().split("\n").at(-1)));
}

/** The same with `./core`: the cases of its exports, or a few of them. */
export const coreInProcess = (t, runtime, filter) =>
  specInProcess(t, {
    ...{ ...runtime, filter },
    ...{ name: `${runtime.name}, ./core`, entry: `${PACKAGE}/core` },
  });

/** The environment without the variables that the package would read: a test sets its own. */
export function plainEnvironment() {
  const isOurs = ([name]) => name.startsWith("ANTHROPIC_");
  return Object.fromEntries(Object.entries(process.env).filter((entry) => !isOurs(entry)));
}
