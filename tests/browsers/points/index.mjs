// What the page must show, in every browser the same, against the Worker and the emulator.

import assert from "node:assert/strict";
import { faults, range, refusedKey, stop, stopNow } from "./bulk.mjs";
import * as oneBatch from "./one-batch.mjs";
import { operate } from "./operator.mjs";
import { options } from "./options.mjs";
import { retention, retentionOff, retentionWrong, workspaces } from "./retention.mjs";
import { reach, safety } from "./safety.mjs";
import { startSite } from "./site.mjs";
import * as states from "./states.mjs";
import { lookedAtAgain, oddBatches, selectAll, table } from "./table.mjs";

/** In this order: the first signs in. */
const POINTS = {
  "signing in: a wrong secret is said, then how long to wait": states.signingIn,
  "the table: read page by page, filtered and sorted as the address says": table,
  "odd batches are odd rows, and hostile texts are only texts": oddBatches,
  "a batch in progress is looked at again": lookedAtAgain,
  "all that match, the list read to its end first": selectAll,
  "one batch is deleted by two clicks": oneBatch.twoClicks,
  "one batch in progress is refused; waiting is aborted; canceled, it goes": oneBatch.inProgress,
  "one batch fails, with its request id, and goes the next time": oneBatch.overloaded,
  "the keyboard is enough": oneBatch.keyboard,
  "a range, and what is in progress: just what the button says goes": range,
  "faults: the page's count is the emulator's, and the failed go again": faults,
  "Stop at several moments: requests in flight end, and nothing goes after it": stop,
  "Stop now cuts off requests that hang, and says what is in doubt": stopNow,
  "a key that is refused ends it, and says what was not sent": refusedKey,
  "retention: preview, run, reattach, stop, history": retention,
  "retention is off": retentionOff,
  "retention is misconfigured": retentionWrong,
  "two workspaces: the page says which, and deletes with its key": workspaces,
  "options, the code that does the same, the log and its filter": options,
  "signed out: the rows stay, and it goes on": states.signedOut,
  "offline, and back": states.offline,
  "the Worker is down": states.workerDown,
  "the Worker is silent": states.workerSilent,
  "the Worker is not configured": states.notConfigured,
  "the list can't be read": states.listFails,
  "the list takes long": states.listHangs,
  "there are no batches": states.empty,
  "the page says that it is real": states.live,
  "headers and Trusted Types": safety,
  "skip links, and 320 pixels": reach,
};

/**
 * Runs each point in a browser, and reports it.
 * @param {import("node:test").TestContext} t
 * @param {(t: import("node:test").TestContext) => Promise<import("./operator.mjs").Driver>} open
 * @param {object} [wanted] as `startSite` takes it
 */
export async function runPoints(t, open, wanted) {
  const site = await startSite(wanted);
  t.after(site.stop);
  const page = operate(await open(t), site.origin);
  const isMeant = (name) => new RegExp(process.env.POINTS_FILTER ?? "").test(name);
  const [first, ...others] = Object.entries(POINTS);
  let done = 0;
  for (const [name, point] of [first, ...others.filter(([name]) => isMeant(name))]) {
    await t.test(name, async () => {
      await site.clear();
      // What a point that failed has left is no matter of the next.
      await page.leave();
      await point(page, site);
      assert.deepEqual(await page.errors(), []);
      done += 1;
    });
    assert.ok(done > 0, "nobody is signed in: the other points would only fail");
  }
}
