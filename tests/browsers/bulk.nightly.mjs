// Many batches deleted on the page in Chromium: no task is long, and the outcomes can be downloaded.
// `MANY=1 node --test tests/browsers/bulk.nightly.mjs` takes 2 000 batches at 1 000 a minute, some two minutes.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launchChromium } from "./launch.mjs";
import { watchTasks } from "./long-tasks.mjs";
import { openDemo } from "./page.mjs";
import { startPage } from "./worker.mjs";

const [COUNT, PER_MINUTE] = process.env.MANY === "1" ? [2_000, 1_000] : [300, 3_000];

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

test("faults and a rate limit: no long task, the truth in the end, and a file of it", async (t) => {
  await site.world.create({ count: COUNT });
  await site.world.faults(
    [
      { match: { method: "DELETE" }, times: null, rate: 0.04, status: 529, json: overloaded },
      { match: { method: "DELETE" }, times: null, rate: 0.03, reset: "during" },
      { match: { method: "DELETE" }, times: null, rate: 0.03, status: 403, json: forbidden },
    ],
    7,
  );
  await site.world.settings({ requestsPerMinute: PER_MINUTE, burst: 100 });
  let end;
  const page = await openPage(t, {
    prepare: async (page) => {
      end = await watchTasks(browser, page);
    },
  });
  // Enough that no batch has a fault each time, and stays in doubt.
  await page.locator("#tab-options").click();
  await page.locator("#option-maxRetries").fill("6");
  await deleteAll(page, COUNT);
  const bulk = page.locator("#job");
  await bulk.getByText(new RegExp(`^[\\d,]+ of ${COUNT.toLocaleString("en")} done$`)).waitFor();
  await bulk.getByText(/per second/).waitFor();
  await bulk
    .getByText(/^Deleted [\d,]+ batches, .*\d+ failed/)
    .waitFor({ timeout: (COUNT / PER_MINUTE) * 120_000 + 90_000 });
  const { observed, worked } = await end();
  assert.deepEqual(worked, [], `longer than 50 ms; by the clock of this machine ${observed}`);

  const { batches } = await site.world.batches();
  const [, failed] = /(\d+) failed/.exec(await bulk.locator(".outcome-title").textContent());
  assert.equal(batches.length, Number(failed), "what is left is what failed");
  const text = (await bulk.locator(".outcome-title").textContent()).replaceAll(",", "");
  const gone = [...text.matchAll(/(\d+) (?:batches|were gone)/g)].map(([, many]) => Number(many));
  assert.equal(gone.reduce((sum, many) => sum + many) + Number(failed), COUNT);

  await page.reload();
  await page.locator("#tab-results").click();
  await page.getByText(`${failed} failed`).first().waitFor();
  const rows = JSON.parse(await downloaded(page, "Download JSON"));
  assert.equal(rows.length, COUNT, "receipts and failures outlive a reload");
});

async function deleteAll(page, count) {
  await page.getByLabel("Select all that are shown").check();
  // The list is read 1 000 at a time.
  const others = page.getByRole("button", { name: "Select all that match" });
  if (count > 1_000) await others.click();
  const shown = count.toLocaleString("en");
  await page.getByRole("button", { name: `Delete ${shown} batches…` }).click();
  await page.getByLabel(`Type ${count} to confirm`).fill(`${count}`);
  await page.getByRole("button", { name: `Delete ${shown} batches for good` }).click();
}

async function downloaded(page, name) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name }).click(),
  ]);
  return readFile(await download.path(), "utf8");
}

const envelope = (type, message) => ({ type: "error", error: { type, message } });
const overloaded = envelope("overloaded_error", "Overloaded");
const forbidden = envelope("permission_error", "Not for you");
