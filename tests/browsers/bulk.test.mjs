// Many batches deleted on the page in Chromium: what goes is what the button says, and the page's
// count is the emulator's.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launchChromium } from "./launch.mjs";
import { watchTasks } from "./long-tasks.mjs";
import { openDemo, status, violations } from "./page.mjs";
import { startPage } from "./worker.mjs";

const STOP_MS = 1_000;

let site;
let browser;

before(async () => {
  [site, browser] = await Promise.all([startPage(), launchChromium()]);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

/** Opens the page; the world begins anew with each test. */
async function openPage(t, options) {
  t.after(() => site.world.reset());
  return openDemo(t, { browser, demo: site, ...options });
}

test("a range, and what is in progress: just what the button says goes", async (t) => {
  await site.world.create({ count: 10, ageSeconds: 86_400 });
  await site.world.create({ count: 2, status: "in_progress" });
  const page = await openPage(t);
  const checks = page.locator(".row .row-check");
  await checks.nth(1).click();
  await checks.nth(4).click({ modifiers: ["Shift"] });
  await page.getByRole("button", { name: "Delete 4 batches…" }).click();
  const bulk = page.locator("#bulk");
  await bulk.getByText("1 of them is still being processed:").waitFor();
  await bulk.getByRole("button", { name: "Delete 3 batches for good" }).waitFor();
  await page.getByText("The code that does the same").click();
  await bulk.getByLabel("Cancel them, then delete them").check();
  assert.match(
    await page.locator("#code").textContent(),
    /and 1 more[\s\S]*ifProcessing: "cancel"/,
  );
  assert.deepEqual(await violations(page), []);
  const meant = (await listed()).slice(1, 5);
  await bulk.getByRole("button", { name: "Delete 4 batches for good" }).click();
  await bulk.getByText("Deleted 4 batches").waitFor();
  assert.equal(await page.locator(".row[data-state=deleted]").count(), 4, "each in its row");
  const { deleted, batches } = await site.world.batches();
  assert.deepEqual([deleted.toSorted(), batches.length], [meant.toSorted(), 8]);
});

test("all that match: the number is typed, and the list is read to its end first", async (t) => {
  const old = (await site.world.create({ count: 1_010, ageSeconds: 8 * 86_400 })).batches;
  await site.world.create({ count: 30, ageSeconds: 60 });
  const page = await openPage(t);
  await page.getByLabel("Requests at once").fill("32");
  await page.getByLabel("Age", { exact: true }).selectOption(">7d");
  await page.getByLabel("Select all that are shown").check();
  await page.getByText("1,010 selected").waitFor();
  await page.getByRole("button", { name: "Delete 1,010 batches…" }).click();
  const go = page.getByRole("button", { name: "Delete 1,010 batches for good" });
  assert.ok(await go.isDisabled());
  await page.getByLabel("Type 1010 to confirm").fill("1011");
  assert.ok(await go.isDisabled());
  await page.getByLabel("Type 1010 to confirm").fill("1,010");
  await go.click();
  await page.locator("#bulk").getByText("Deleted 1,010 batches").waitFor({ timeout: 120_000 });
  const { deleted, batches } = await site.world.batches();
  assert.deepEqual(deleted.toSorted(), old.map(({ id }) => id).toSorted());
  assert.equal(batches.length, 30);
});

test("faults and a rate limit: no long task, the truth in the end, failures by code", async (t) => {
  await site.world.create({ count: 300 });
  await site.world.faults(
    [
      { match: { method: "DELETE" }, times: null, rate: 0.04, status: 529, json: overloaded },
      { match: { method: "DELETE" }, times: null, rate: 0.03, reset: "during" },
      { match: { method: "DELETE" }, times: null, rate: 0.03, status: 403, json: forbidden },
    ],
    7,
  );
  await site.world.settings({ requestsPerMinute: 3_000, burst: 100 });
  let end;
  const page = await openPage(t, {
    prepare: async (page) => {
      end = await watchTasks(browser, page);
    },
  });
  await deleteAll(page, 300);
  const bulk = page.locator("#bulk");
  await bulk.getByText(/^\d+ of 300 done$/).waitFor();
  await bulk.getByText(/a second/).waitFor();
  await bulk.getByText(/^Deleted \d+ batches, .*\d+ failed/).waitFor({ timeout: 60_000 });
  const { observed, worked } = await end();
  assert.deepEqual(worked, [], `longer than 50 ms; by the clock of this machine ${observed}`);

  // The last looks, at those of which a response was lost, may change the counts.
  const left = (await site.world.batches()).batches.length;
  await bulk.getByText(new RegExp(`, ${left} failed$`)).waitFor();
  const { batches } = await site.world.batches();
  const [, failed] = /(\d+) failed/.exec(await bulk.textContent());
  assert.equal(batches.length, Number(failed), "what is left is what failed");
  const text = await bulk.locator(".outcome-title").textContent();
  const gone = [...text.matchAll(/(\d+) (?:batches|were gone)/g)].map(([, many]) => Number(many));
  assert.equal(gone.reduce((sum, many) => sum + many) + Number(failed), 300);

  const group = page.locator("#results details", { hasText: "permission" });
  await group.locator("summary").click();
  await group.getByText("permission_error: Not for you").first().waitFor();
  await group.getByRole("button", { name: "Copy request id" }).first().waitFor();
  assert.deepEqual(await violations(page), []);

  await page.reload();
  await page.getByText(`${failed} failed`).waitFor();
  const rows = JSON.parse(await downloaded(page, "Download JSON"));
  assert.equal(rows.length, 300, "receipts and failures outlive a reload");
  assert.equal((await downloaded(page, "Download CSV")).trim().split("\r\n").length, 301);

  await site.world.clearFaults();
  await group.locator("summary").click();
  await group.getByRole("button", { name: /^Try \d+ again/ }).click();
  await page.getByRole("button", { name: /^Delete \d+ batch(es)? for good/ }).click();
  await bulk.getByText(/^Deleted \d+ batch(es)?$/).waitFor();
  await group.waitFor({ state: "detached" });
});

test("Stop ends it within a second, and nothing goes after it", async (t) => {
  await site.world.create({ count: 200 });
  await site.world.faults([{ match: { method: "DELETE" }, times: null, delayMs: 150 }]);
  const page = await openPage(t);
  await deleteAll(page, 200);
  const bulk = page.locator("#bulk");
  await bulk.getByText(/^[1-9]\d* of 200 done$/).waitFor();
  assert.equal(await leavingIsHeld(page), true);
  const took = await page.evaluate(async () => {
    const place = document.querySelector("#bulk");
    const stop = [...place.querySelectorAll("button")].find((it) => it.textContent === "Stop");
    const began = performance.now();
    stop.click();
    while (!/^Stopped/.test(place.textContent)) await new Promise((go) => setTimeout(go, 5));
    return performance.now() - began;
  });
  assert.ok(took < STOP_MS, `${took} ms`);
  await bulk.getByRole("button", { name: /^Go on with \d+ batches…$/ }).waitFor();
  assert.equal(await leavingIsHeld(page), false);
  const [, deleted] = /Deleted (\d+) batch/.exec(await bulk.textContent());
  const { batches } = await site.world.batches();
  assert.equal(200 - batches.length, Number(deleted), "the page's count is the emulator's");
  const [, rest] = /Go on with (\d+)/.exec(await bulk.textContent());
  assert.equal(batches.length, Number(rest));
  await status(page, /^Stopped\. Deleted/);
  assert.deepEqual(await violations(page), []);
});

test("a key that is refused ends it, and says what was not sent", async (t) => {
  await site.world.create({ count: 60 });
  const page = await openPage(t);
  await site.world.faults([
    { match: { method: "DELETE" }, times: null, status: 401, json: unauthorized },
  ]);
  await deleteAll(page, 60);
  const bulk = page.locator("#bulk");
  await bulk.getByText(/^It ended early\. Deleted 0 batches/).waitFor();
  await bulk.getByRole("button", { name: /^Go on with/ }).waitFor();
  const text = await bulk.textContent();
  const [, failed, unsent] = /, (\d+) failed, (\d+) were not deleted/.exec(text);
  assert.equal(Number(failed) + Number(unsent), 60);
  assert.ok(Number(failed) < 20, `${failed} were tried`);
  assert.equal((await site.world.batches()).batches.length, 60);
});

test("a table of results is no formula", async (t) => {
  const page = await openPage(t, { loaded: false });
  const text = await page.evaluate(async () => {
    const { toCsv } = await import("/download.js");
    return toCsv([{ id: "=1+1", status: "failed", at: "-2", message: '@a,"b"\n+c' }]);
  });
  assert.equal(
    text,
    `id,status,at,requestId,code,httpStatus,message\r\n'=1+1,failed,'-2,,,,"'@a,""b""\n+c"\r\n`,
  );
});

async function deleteAll(page, count) {
  await page.getByLabel("Select all that are shown").check();
  await page.getByRole("button", { name: `Delete ${count} batches…` }).click();
  if (count > 100) await page.getByLabel(`Type ${count} to confirm`).fill(`${count}`);
  await page.getByRole("button", { name: `Delete ${count} batches for good` }).click();
}

async function downloaded(page, name) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name }).click(),
  ]);
  return readFile(await download.path(), "utf8");
}

const leavingIsHeld = (page) =>
  page.evaluate(() => !dispatchEvent(new Event("beforeunload", { cancelable: true })));

const listed = async () => (await site.world.batches()).batches.map(({ id }) => id);

const envelope = (type, message) => ({ type: "error", error: { type, message } });
const overloaded = envelope("overloaded_error", "Overloaded");
const forbidden = envelope("permission_error", "Not for you");
const unauthorized = envelope("authentication_error", "invalid x-api-key");
