// The points that the page must meet, against the Worker and the emulator: all in Chromium; in Firefox and WebKit the
// ones that differ by browser (input, focus, layout, storage, downloads, streams, aborts, the network's errors, the
// policy).

import assert from "node:assert/strict";
import { faults, paused, range, refusedKey, stop, stopNow } from "./bulk.mjs";
import { keysAlone, paste, print, resume, tabs } from "./many.mjs";
import * as oneBatch from "./one-batch.mjs";
import { operate } from "./operator.mjs";
import { options } from "./options.mjs";
import { holds, retention, retentionOff, retentionWrong, workspaces } from "./retention.mjs";
import { reach, safety } from "./safety.mjs";
import { startSite } from "./site.mjs";
import * as states from "./states.mjs";
import { apart, checkedAgain, oddBatches, selectAll, still, table } from "./table.mjs";

/** Marks a point whose code is the same in every browser: Chromium shows it. */
const pure = (point) => Object.assign((...args) => point(...args), { isPure: true });

/** In this order: the first signs in. */
const POINTS = {
  "signing in: a wrong secret is said, then how long to wait": states.signingIn,
  "the table: read page by page, filtered and sorted as the address says": table,
  "nothing moves when the list is filtered": pure(still),
  "each row appears at its own place": apart,
  "odd batches are odd rows, and hostile strings are shown as they are": pure(oddBatches),
  "a batch in progress is checked again": pure(checkedAgain),
  "all that match, the list read to its end first": pure(selectAll),
  "one batch is deleted by two clicks": oneBatch.twoClicks,
  "one batch in progress is refused; waiting is aborted; canceled, it goes": pure(
    oneBatch.inProgress,
  ),
  "one batch fails, with its request id, and goes the next time": pure(oneBatch.overloaded),
  "the keyboard is enough": oneBatch.keyboard,
  "a range, with batches in progress: just the number on the button is deleted": range,
  "faults: the page's count is the emulator's, and the failed go again": pure(faults),
  "the API asks for a pause": pure(paused),
  "Stop at several moments: requests in flight end, and no request follows": pure(stop),
  "Stop now cuts off requests that hang, and names the batches in doubt": stopNow,
  "many ids, pasted or from a file, are checked line by line": paste,
  "a reload in the middle of a job: the rest can be resumed": resume,
  "the keyboard alone, from the search to the deletion": keysAlone,
  "tabs, the ledger of an id, and the drawer": tabs,
  "on paper there is the table": pure(print),
  "a key that is refused ends the job, and the unsent are counted": pure(refusedKey),
  "retention: preview, run, reattach, stop, history": retention,
  "a hold is placed with a reason, and released": pure(holds),
  "retention is off": pure(retentionOff),
  "retention is misconfigured": pure(retentionWrong),
  "two workspaces: the page says which, and deletes with its key": pure(workspaces),
  "options, the code that does the same, the log and its filter": pure(options),
  "signed out: the rows stay, and the page resumes": pure(states.signedOut),
  "offline, and back": states.offline,
  "the Worker refuses the operator": pure(states.forbidden),
  "the Worker is down": states.workerDown,
  "the Worker is silent": states.workerSilent,
  "the Worker is not configured": pure(states.notConfigured),
  "the list can't be read": pure(states.listFails),
  "the list takes long": pure(states.listHangs),
  "there are no batches": pure(states.empty),
  "the page says that its API is real": pure(states.live),
  "headers and Trusted Types": safety,
  "skip links, and 320 pixels": reach,
};

/** Returns the names of the points that a browser runs: all, or the ones that differ by browser. */
export const pointsOf = (isWhole) =>
  Object.keys(POINTS).filter((name) => isWhole || !POINTS[name].isPure);

/**
 * Runs each point in a browser, and reports it.
 * @param {import("node:test").TestContext} t
 * @param {(t: import("node:test").TestContext) => Promise<import("./operator.mjs").Driver>} open
 * @param {object} [wanted] as `startSite` takes it
 * @param {boolean} [wanted.isWhole] runs every point
 */
export async function runPoints(t, open, { isWhole = false, ...wanted } = {}) {
  const site = await startSite(wanted);
  t.after(site.stop);
  const page = operate(await open(t), site.origin);
  const { POINTS_FILTER } = process.env;
  const [first, ...others] = pointsOf(isWhole || POINTS_FILTER !== undefined);
  const meant = new RegExp(POINTS_FILTER ?? "");
  let done = 0;
  for (const name of [first, ...others.filter((name) => meant.test(name))]) {
    await t.test(name, async () => {
      await site.clear();
      // A point that failed must not disturb the next.
      await page.leave();
      await POINTS[name](page, site);
      assert.deepEqual(await page.errors(), []);
      done += 1;
    });
    assert.ok(done > 0, "no operator is signed in: the other points would only fail");
  }
}
