// Many ids from outside the list, a job that a reload interrupts, the keyboard from search to deletion, the tabs, the
// print.

import assert from "node:assert/strict";
import { until } from "../../runtimes/until.mjs";

const DELETE = { method: "DELETE" };
const DAY_S = 86_400;

/** Ids pasted as CSV, then from a file: checked with line numbers, then deleted. */
export async function paste(page, { world }) {
  const [first, second, third] = (await world.create({ count: 3 })).batches.map(({ id }) => id);
  await page.open();
  await page.see("#batches-count", "3 batches");
  await page.click("#filters button", "Paste ids…");
  const csv = [
    "name,id",
    `one,${first}`,
    "two,no id",
    `three,"${second}"`,
    `four,${first}`,
    "five",
  ];
  await page.run(async (text) => {
    const field = document.querySelector("#paste-ids");
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }, csv.join("\n"));
  await page.see("#paste-count", "2 batches");
  for (const problem of [
    "Line 3: an id has no spaces",
    "Line 5: the same id as line 2",
    "Line 6: there is no id",
  ]) {
    await page.see("#paste-problems", problem);
  }
  await page.state("paste");
  await page.click("#paste button", "Delete 2 batches…");
  await page.see("#question", /Delete 2 batches with their results\?.*Oldest.*Server.*Workspace/);
  await page.click("#question button", "Delete 2 batches for good");
  await page.see("#job .outcome-title", /^Deleted 2 batches$/);
  await page.click("#job button", "Close");
  await page.see("#batches-count", "1 batch");

  await page.click("#filters button", "Paste ids…");
  await page.run(async (text) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([text], "ids.txt", { type: "text/plain" }));
    const event = new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true });
    document.querySelector("#paste").dispatchEvent(event);
  }, `${third}\r\n`);
  await page.see("#paste-count", "1 batch");
  await page.click("#paste button", "Delete 1 batch…");
  await page.click("#question button", "Delete 1 batch for good");
  await page.see("#job .outcome-title", /^Deleted 1 batch$/);
  assert.equal((await world.batches()).batches.length, 0);
}

/** A reload in the middle of a job: the rest is deleted afterwards, and each batch has one outcome. */
export async function resume(page, { world }) {
  const all = (await world.create({ count: 60 })).batches.map(({ id }) => id);
  // Slow, not hanging: the new page waits for a connection of the old one.
  await world.faults([
    { match: DELETE, times: 10 },
    { match: DELETE, times: null, delayMs: 1_500 },
  ]);
  await page.open();
  await page.see("#batches-count", "60 batches");
  // An operator would confirm to leave; not every driver answers that question.
  await page.run(async () => {
    const add = globalThis.addEventListener;
    globalThis.addEventListener = (type, ...rest) =>
      type === "beforeunload" || add.call(globalThis, type, ...rest);
  });
  await page.click("#select-all");
  await page.click("#bulk button", "Delete 60 batches…");
  await page.click("#question button", "Delete 60 batches for good");
  await page.see("#job", /[1-9]\d of 60 done/);
  await until(async () => (await page.run(storedOutcomes)) >= 10, "outcomes in the storage");
  await page.open();
  const seen = await page.see("#job", /A deletion was interrupted\. \d+ of 60 done/);
  const left = 60 - Number(/(\d+) of 60/.exec(seen)[1]);
  assert.ok(left > 0 && left <= 50, `${left} are left`);
  await world.clearFaults();
  await page.state("interrupted");
  await page.click("#job button", `Resume (${left} left)…`);
  await page.see("#question", `Delete ${left} batches with their results?`);
  await page.click("#question button", `Delete ${left} batches for good`);
  await page.see("#job .outcome-title", /^Deleted \d+ batches/);
  assert.equal((await world.batches()).batches.length, 0);
  await page.tab("results");
  const { text } = await page.downloaded("#results button", "Download JSON");
  const ids = JSON.parse(text).map(({ id }) => id);
  assert.deepEqual(ids.toSorted(), all.toSorted(), "one outcome of each batch");
  await page.open();
  await page.see("#batches-foot", "There are no batches.");
  assert.equal(await page.count("#job:not([hidden])"), 0, "nothing is left to resume");
}

/** In the page: returns the number of outcomes in the storage. */
async function storedOutcomes() {
  const database = await new Promise((resolve) => {
    const request = indexedDB.open("message-batches");
    request.onsuccess = () => resolve(request.result);
  });
  const done = await new Promise((resolve) => {
    const request = database.transaction("jobs").objectStore("jobs").get("done");
    request.onsuccess = () => resolve(request.result ?? []);
  });
  database.close();
  return done.reduce((sum, one) => sum + one, 0);
}

/** `/`, a search, the arrows, Space, Delete: no mouse from the list to the outcome. */
export async function keysAlone(page, { world }) {
  await world.create({ count: 5, ageSeconds: DAY_S });
  const ids = (await world.batches()).batches.map(({ id }) => id);
  await page.open();
  await page.see("#batches-count", "5 batches");
  await page.press("/");
  assert.equal(await page.run(focusedId), "filter-id");
  await page.type("msgbatch_");
  await page.see("#batches-count", "5 of 5 match");
  await page.press("ArrowDown");
  await page.press("ArrowDown");
  await page.press(" ");
  await page.see("#bulk", "1 selected");
  await page.press("Shift+ArrowDown");
  await page.see("#bulk", "2 selected");
  await page.press("Delete");
  await page.see("#question", "Delete 2 batches with their results?");
  await page.press("Escape");
  await page.gone("#question");
  assert.equal(await page.run(focusedColumn), "check", "Escape returns the focus");
  await page.press("Delete");
  await page.see("#question", "Delete 2 batches with their results?");
  await page.press("Tab");
  await page.press("Enter");
  await page.see("#job .outcome-title", /^Deleted 2 batches$/);
  const left = (await world.batches()).batches.map(({ id }) => id);
  assert.deepEqual(left.toSorted(), [ids[0], ids[3], ids[4]].toSorted());
}

const focusedId = async () => document.activeElement.id;
const focusedColumn = async () => document.activeElement.dataset.column;

/** Five tabs, one of them shown; the ledger finds the entries of an id; on a narrow page they are a drawer. */
export async function tabs(page, { world }) {
  const [{ id }] = (await world.create({ count: 2 })).batches;
  await page.open();
  await page.click(`[data-batch="${id}"] .row-delete`);
  await page.click(".panel button", "Delete for good");
  await page.see(`[data-receipt="${id}"]`);
  await page.click("#tab-retention");
  for (const name of ["results", "ledger", "options", "log", "retention"]) {
    await page.press("ArrowRight");
    await page.see(`#tab-${name}[aria-selected=true]`);
    await page.many(".tab-panel:not([hidden])", 1);
    assert.equal(await page.run(focusedId), `tab-${name}`);
  }
  await page.tab("ledger");
  await page.fill("#ledger-id", id);
  await page.press("Enter");
  await page.see("#ledger-entries", /delete: deleted .* by operator.*Request id/);
  await page.see("#ledger-csv", "Download the record");
  await page.state("ledger");
  await page.resize(1_000, 800);
  await page.gone("#tab-ledger");
  await page.click("#panel-toggle");
  await page.see("#ledger-entries", id);
  await page.click("#tab-ledger");
  await page.press("Escape");
  await page.gone("#tab-ledger");
  assert.equal(await page.run(focusedId), "panel-toggle");
  await page.resize(1_280, 900);
}

/** On paper there is the table with all rows, without buttons; the styles say so. */
export async function print(page, { world }) {
  await world.create({ count: 100 });
  await page.open();
  await page.see("#batches-count", "100 batches");
  assert.ok((await page.count("batch-row")) < 60, "only what can be seen");
  await page.run(async () => dispatchEvent(new Event("beforeprint")));
  await page.many("batch-row", 100);
  await page.run(async () => dispatchEvent(new Event("afterprint")));
  await until(async () => (await page.count("batch-row")) < 60, "fewer rows after the print");
  const hidden = await page.run(async () => {
    const rules = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules]);
    const printed = rules.filter(({ media }) => media?.mediaText === "print");
    const selectors = printed
      .flatMap(({ cssRules }) => [...cssRules])
      .filter(({ style }) => style.display === "none")
      .map(({ selectorText }) => selectorText)
      .join(", ");
    return [...document.querySelectorAll(selectors)].map(({ localName }) => localName);
  });
  for (const name of ["side-panel", "delete-bar", "select"]) assert.ok(hidden.includes(name), name);
  assert.ok(!hidden.includes("batch-row"));
}
