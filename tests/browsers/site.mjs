// The specification's pages beside the emulator, on one server, for a browser to open.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../runtimes/emulator.mjs";
import { report } from "../runtimes/report.mjs";

/**
 * A browser opens six connections to a server, and some cases keep one busy. So the cases are
 * shared out among contexts and processes, which have connections of their own, few at a time in each.
 */
const CONCURRENCY = 2;

/** Starts an emulator that serves `folder`, the folder of the pages. */
export async function startSite() {
  const folder = await mkdtemp(join(tmpdir(), "delete-message-batch-site-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  const emulator = await startEmulator({ staticFolder: folder }).catch(async (error) => {
    await remove();
    throw error;
  });
  return {
    folder,
    origin: emulator.origin,
    stop: async () => {
      await emulator.stop();
      await remove();
    },
  };
}

/**
 * Runs the specification in shares at the same time, and reports each case.
 * @param {import("node:test").TestContext} t
 * @param {object} wanted
 * @param {string} wanted.runtime whose first word is the browser's name
 * @param {string} wanted.origin of the emulator
 * @param {number} wanted.shares how many
 * @param {string | string[]} [wanted.filter] only cases whose "group: name" contains this, or one of these
 * @param {(settings: object, index: number) => Promise<object>} run runs a share in a page, whose
 *   `specification` takes the settings
 */
export async function runShares(t, { runtime, origin, shares, filter = "" }, run) {
  const settings = {
    filter: process.env.SPEC_FILTER ?? filter,
    runtime: { name: runtime, page: true },
    origin,
    concurrency: CONCURRENCY,
  };
  const done = await Promise.all(
    Array.from({ length: shares }, (_, index) =>
      run({ ...settings, share: { index, of: shares } }, index),
    ),
  );
  await report(t, {
    runtime,
    results: done.flatMap(({ results }) => results),
    notApplicable: done.flatMap(({ notApplicable }) => notApplicable),
  });
}
