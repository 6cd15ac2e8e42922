// Many batches deleted on the page: just the batches that the button names are deleted, and the page's count is the
// emulator's, whatever fails.

import assert from "node:assert/strict";
import { until } from "../../runtimes/until.mjs";

const DAY_S = 86_400;
const DELETE = { method: "DELETE" };

const envelope = (type, message) => ({ type: "error", error: { type, message } });
const OVERLOADED = envelope("overloaded_error", "Overloaded");
const FORBIDDEN = envelope("permission_error", "Not for you");
const UNAUTHORIZED = envelope("authentication_error", "invalid x-api-key");

/** A range by shift, and the choice for batches in progress. */
export async function range(page, { world }) {
  await world.create({ count: 10, ageSeconds: DAY_S });
  await world.create({ count: 2, status: "in_progress" });
  await page.open();
  const meant = idsOf((await world.batches()).batches.slice(1, 5));
  const check = (id) => `[data-batch="${id}"] .row-check`;
  await page.click(check(meant.first));
  await page.click(check(meant.last), "", { isShifted: true });
  await page.click("#bulk button", "Delete 4 batches…");
  await page.see("#question legend", "1 of them is still being processed:");
  await page.see("#question button", "Delete 3 batches for good");
  await page.click("#question label", "Cancel them, then delete them");
  await page.state("question");
  await page.click("#question button", "Delete 4 batches for good");
  await page.see("#job .outcome-title", /^Deleted 4 batches$/);
  await page.see("#announcer", /^Deleted 4 batches/);
  // They leave by themselves, and a switch shows them.
  await page.many(".row[data-state=deleted]", 0);
  await page.see("#batches-count", /^8 batches$/);
  await page.click("#show-deleted");
  await page.many(".row[data-state=deleted]", 4);
  await page.see("#batches-count", /^8 batches$/);
  await page.click("#show-deleted");
  await page.many(".row[data-state=deleted]", 0);
  const { deleted, batches } = await world.batches();
  assert.deepEqual([deleted.toSorted(), batches.length], [meant.sorted, 8]);
}

/** Overloaded, connections that break, some that may not be deleted. */
export async function faults(page, { world }) {
  const old = (await world.create({ count: 120, ageSeconds: 8 * DAY_S })).batches;
  const young = (await world.create({ count: 30, ageSeconds: 600 })).batches;
  const refused = [old[3], old[70]];
  await world.faults(
    [
      ...refused.map(({ id }) => ({
        match: { ...DELETE, id },
        times: null,
        status: 403,
        json: FORBIDDEN,
      })),
      { match: DELETE, times: null, rate: 0.05, status: 529, json: OVERLOADED },
      { match: DELETE, times: null, rate: 0.05, reset: "during" },
      { match: DELETE, times: null, delayMs: 40 },
    ],
    7,
  );
  await page.open();
  await page.see("[data-batch]");
  // Enough that no batch is overloaded each time.
  await page.option("maxRetries", "6");
  await page.choose("#filter-age", ">7d");
  await page.see("#batches-count", /^120 of 150 match$/);
  await page.click("#select-all");
  await page.click("#bulk button", "Delete 120 batches…");
  await page.fill("#bulk-typed", "120");
  await page.click("#question button", "Delete 120 batches for good");
  await page.see("#job", /\d+ of 120 done.*per second/);
  assert.equal(await page.attribute("#job progress", "max"), "120");
  await page.state("progress");
  const ended = await page.see("#job .outcome-title", /^Deleted \d+ batches.*, 2 failed$/);
  const gone = [...ended.matchAll(/(\d+) (?:batches|were gone)/g)].map(([, many]) => Number(many));
  assert.equal(
    gone.reduce((sum, many) => sum + many),
    118,
  );
  const left = (await world.batches()).batches;
  assert.deepEqual(idsOf(left).sorted, idsOf([...young, ...refused]).sorted);

  await page.click("#job button", "See Results");
  await page.click("#results summary", "permission 2 · Not allowed");
  await page.see("#results .failures", "permission_error: Not for you");
  await page.see("#results .failures button", "Copy request id");
  await page.state("results");
  await page.open();
  await page.tab("results");
  await page.see("#results-summary", "2 failed");
  await page.see("#results summary", "permission 2 · Not allowed");
  const json = await page.downloaded("#results button", "Download JSON");
  assert.equal(json.name, "deletions.json");
  const rows = JSON.parse(json.text);
  assert.deepEqual(idsOf(rows).sorted, idsOf(old).sorted);
  for (const { status, requestId } of rows) {
    if (status !== "missing") assert.match(requestId ?? "", /^req_/, "successes have one, too");
  }
  const csv = await page.downloaded("#results button", "Download CSV");
  assert.equal(csv.name, "deletions.csv");
  const lines = csv.text.split("\r\n");
  assert.equal(lines[0], "id,status,at,requestId,code,httpStatus,maybeApplied,message");
  assert.equal(lines.length, 1 + 120 + 1);
  assert.equal(lines.filter((line) => line.includes(",permission,403,")).length, 2);

  await world.clearFaults();
  await page.click("#results summary");
  await page.click("#results button", "Retry 2…");
  await page.click("#question button", "Delete 2 batches for good");
  await page.see("#job .outcome-title", /^Deleted 2 batches$/);
  await page.gone("#results summary");
  assert.deepEqual(idsOf((await world.batches()).batches).sorted, idsOf(young).sorted);
  await page.click("#results-clear");
  await page.gone("#results");
}

/** Stop at several moments: requests in flight end, and each batch has one outcome or none. */
export async function stop(page, { world }) {
  const all = idsOf((await world.create({ count: 90 })).batches);
  let left = 90;
  await page.open();
  for (const moment of [1, 4, 9, 16]) {
    // So slow after the moment that the page stops in the middle, however slow it and its driver are.
    await world.faults([
      { match: DELETE, times: moment },
      { match: DELETE, times: null, delayMs: 1_500 },
    ]);
    if (left === 90) await deleteAll(page, left);
    else await goOn(page, left);
    const before = 90 - left;
    const isThere = async () => (await world.stats()).deleted >= before + moment;
    await until(isThere, `${moment} deletions`);
    assert.equal(await isLeavingHeld(page), true);
    await page.click("#job button", "Stop");
    await world.clearRequests();
    const ended = await page.see("#job .outcome-title", /^Stopped\. Deleted \d+ batch/);
    const { requests } = await world.requests();
    assert.ok(
      requests.every(({ method }) => method === "DELETE"),
      "a GET after the stop",
    );
    left = (await world.batches()).batches.length;
    const deleted = 90 - before - left;
    const batches = deleted === 1 ? "1 batch" : `${deleted} batches`;
    assert.equal(ended, `Stopped. Deleted ${batches}, ${left} were not deleted`);
    await world.clearFaults();
  }
  assert.equal(await isLeavingHeld(page), false);
  await page.see("#announcer", /^Stopped\. Deleted/);
  await goOn(page, left);
  await page.see("#job .outcome-title", /^Deleted \d+ batches$/);
  await page.tab("results");
  const { text } = await page.downloaded("#results button", "Download JSON");
  assert.deepEqual(idsOf(JSON.parse(text)).sorted, all.sorted, "one outcome of each batch");
}

/** Requests hang: the second press cuts them off, and says which batches are in doubt. */
export async function stopNow(page, { world }) {
  await world.create({ count: 200 });
  await world.faults([
    { match: DELETE, times: 12 },
    { match: DELETE, times: 2, hang: true, effect: true },
    { match: DELETE, times: null, hang: true, effect: false },
  ]);
  await page.open();
  await deleteAll(page, 200);
  await page.see("#job", /12 of 200 done/);
  const hanging = async () => {
    const { requests } = await world.requests();
    return idsOf(
      requests
        .filter(({ fault }) => fault === "hang")
        .map(({ target }) => ({ id: target.split("/").at(-1) })),
    ).sorted;
  };
  await until(async () => (await hanging()).length >= 3, "requests that hang");
  await page.click("#job button", "Stop");
  await page.see("#job .question", "Stopping… 12 of 200 done");
  await page.state("stopping");
  await page.click("#job button", "Stop now");
  const ended = await page.see("#job .outcome-title", /^Stopped\. Deleted 12 batches/);
  const [, failed, unsent] = /, (\d+) failed, (\d+) were not deleted$/.exec(ended).map(Number);
  assert.equal(failed + unsent, 188);
  await page.see("#job", `${failed} batches of the failed may be deleted: reload the list to see.`);
  await page.see(".row[data-state=failed]", "failed: connection");
  await page.see("#job button", `Resume (${unsent} left)…`);
  await page.state("stopped in the middle");
  await page.tab("results");
  const { text } = await page.downloaded("#results button", "Download JSON");
  // They are below: one that appears moves no button that is being pressed.
  await page.see("#results > .actions + div details");
  const rows = JSON.parse(text);
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length, "two outcomes of a batch");
  const doubtful = new Set(rows.filter(({ maybeApplied }) => maybeApplied).map(({ id }) => id));
  assert.equal(doubtful.size, failed);
  for (const id of await hanging()) assert.ok(doubtful.has(id), `${id} has no outcome`);
  const { requests } = await world.requests();
  const last = requests.findLastIndex(({ method }) => method === "GET");
  assert.ok(last < requests.findIndex(({ fault }) => fault === "hang"), "a GET after the stop");
  // The remedy that the page names shows the truth.
  await page.click("#reload");
  await page.see("#batches-count", "186 batches");
  assert.equal((await world.batches()).batches.length, 186);
}

async function goOn(page, count) {
  await page.click("#job button", `Resume (${count} left)…`);
  await page.click("#question button", `Delete ${count} batches for good`);
}

/** The API asks for a pause: the strip says how long, and the rows which batches wait. */
export async function paused(page, { world }) {
  const { batches } = await world.create({ count: 40, status: "in_progress" });
  await world.faults([
    {
      match: DELETE,
      times: null,
      status: 429,
      headers: { "retry-after": "60" },
      json: envelope("rate_limit_error", "Slower"),
    },
  ]);
  await page.open();
  await page.see("#batches-count", "40 batches");
  await page.click("#select-all");
  await page.click("#bulk button", "Delete 40 batches…");
  const legend = "All 40 are still being processed. What should happen to them?";
  await page.see("#question legend", legend);
  for (const { id } of batches) await world.end(id);
  await page.click("#question label", "Wait until they have ended, then delete them");
  await page.click("#question button", "Delete 40 batches for good");
  await page.see("#job", /0 of 40 done Paused by the API, \d\d s left/);
  await page.see(".row .state", /^deleting$/);
  await page.see(".row .state", /^queued$/);
  await page.state("paused");
  await page.click("#job button", "Stop");
  await page.see("#job .outcome-title", "Stopped. Deleted 0 batches");
}

/** A key that is refused for every batch ends the job, and the unsent are counted. */
export async function refusedKey(page, { world }) {
  await world.create({ count: 60 });
  await page.open();
  await world.faults([{ match: DELETE, times: null, status: 401, json: UNAUTHORIZED }]);
  await deleteAll(page, 60);
  const ended = await page.see("#job .outcome-title", /^It ended early\. Deleted 0 batches/);
  await page.see("#job button", /^Resume \(\d+ left\)…$/);
  await page.state("ended early");
  const [, failed, unsent] = /, (\d+) failed, (\d+) were not deleted/.exec(ended);
  assert.equal(Number(failed) + Number(unsent), 60);
  assert.ok(Number(failed) < 20, `${failed} were tried`);
  assert.equal((await world.batches()).batches.length, 60);
}

async function deleteAll(page, count) {
  await page.see("#batches-count", `${count} batches`);
  await page.click("#select-all");
  await page.click("#bulk button", `Delete ${count} batches…`);
  if (count > 100) await page.fill("#bulk-typed", `${count}`);
  await page.click("#question button", `Delete ${count} batches for good`);
}

const isLeavingHeld = (page) =>
  page.run(async () => !dispatchEvent(new Event("beforeunload", { cancelable: true })));

function idsOf(batches) {
  const ids = batches.map(({ id }) => id);
  return { first: ids[0], last: ids.at(-1), sorted: ids.toSorted() };
}
