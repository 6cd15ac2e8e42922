// The table of the page in Chromium: ten thousand batches, filters, order, odd batches.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchChromium } from "./launch.mjs";
import { watchTasks } from "./long-tasks.mjs";
import { openDemo, violations } from "./page.mjs";
import { startPage } from "./worker.mjs";

const DAY_S = 86_400;
const ATTEMPTS = 3;

let site;
let browser;

const openPage = (t, options) => openDemo(t, { browser, demo: site, ...options });

before(async () => {
  [site, browser] = await Promise.all([startPage(), launchChromium()]);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

test("10 000 batches: no task is long while they load, scroll, are filtered and sorted", async (t) => {
  await site.world.create({ count: 9_000, ageSeconds: DAY_S, requests: 12 });
  await site.world.create({ count: 1_000, ageSeconds: 9 * DAY_S, requests: 900 });
  t.after(() => site.world.reset());
  // A task that is long by itself is so each time.
  for (let attempt = 1; ; attempt += 1) {
    const { page, observed, worked } = await work(t);
    assert.deepEqual(await violations(page), []);
    t.diagnostic(`longer than 50 ms by the clock: ${observed}; at work: ${worked}`);
    if (worked.length === 0) break;
    assert.ok(attempt < ATTEMPTS, `${worked} ms`);
  }
});

async function work(t) {
  let end;
  const page = await openPage(t, {
    loaded: false,
    prepare: async (page) => {
      end = await watchTasks(browser, page);
    },
  });
  await count(page, "the newest 1,000");
  assert.ok((await page.locator(".row").count()) < 60, "only what can be seen");
  await page.locator("#filter-age").selectOption(">7d");
  await count(page, "1,000 of all 10,000 match");
  await page.getByRole("button", { name: "No filter" }).click();
  await page.getByRole("button", { name: "Requests" }).click();
  await page.locator("[data-batch]", { hasText: "900 succeeded" }).first().waitFor();
  await page.evaluate(async () => {
    const table = document.querySelector("#batches-table");
    for (let step = 0; step <= 40; step += 1) {
      table.scrollTop = (table.scrollHeight * step) / 40;
      await new Promise((go) => requestAnimationFrame(go));
    }
  });
  await page.locator("[data-batch]", { hasText: "12 succeeded" }).first().waitFor();
  // No row is half behind the head.
  await page.locator("#batches-table").evaluate((table) => table.scrollTo(0, 0));
  await page.getByLabel("Select all that are shown").check();
  await page.getByText("10,000 selected").waitFor();
  return { page, ...(await end()) };
}

test("filters and order stand in the address", async (t) => {
  const [{ id }] = (await site.world.create({ requests: 7 })).batches;
  await site.world.create({ count: 30, ageSeconds: 2 * DAY_S, requests: 3 });
  await site.world.create({ count: 2, status: "in_progress" });
  t.after(() => site.world.reset());
  const page = await openPage(t);
  await page.getByLabel("Search by id").fill(id.slice(-9));
  await count(page, "1 of all 33 match");
  assert.match(page.url(), new RegExp(`\\?id=${id.slice(-9)}$`));
  await page.getByLabel("Search by id").fill("");
  await page.getByLabel("State").selectOption("ended");
  await page.getByRole("button", { name: "Requests" }).click();
  await count(page, "31 of all 33 match");
  assert.equal(await firstId(page), id);
  await page.reload();
  await count(page, "31 of all 33 match");
  assert.equal(await firstId(page), id, "the same after a reload");
  const header = page.getByRole("columnheader", { name: "Requests" });
  assert.equal(await header.getAttribute("aria-sort"), "descending");
  await page.getByRole("button", { name: "Requests" }).click();
  assert.equal(await header.getAttribute("aria-sort"), "ascending");
  await page.getByLabel("Search by id").fill("nothing-has-this");
  await page.getByText("No batch matches.").waitFor();
  assert.deepEqual(await violations(page), []);
});

test("a batch in progress is looked at again, and shown as it is by then", async (t) => {
  const [{ id }] = (await site.world.create({ status: "in_progress" })).batches;
  t.after(() => site.world.reset());
  const page = await openPage(t, { prepare: (page) => page.clock.install() });
  await page.locator("[data-state=in_progress]").waitFor();
  await site.world.end(id);
  await page.clock.runFor(11_000);
  await page.locator(`[data-batch="${id}"][data-state=ended]`).waitFor();
});

test("odd batches are odd rows, and hostile texts are only texts", async (t) => {
  const script = `<img src=x onerror="document.title='hacked'">`;
  const good = { id: "msgbatch_good", type: "message_batch", ...fine() };
  const data = [
    good,
    null,
    { ...good, id: "msgbatch_garbage", created_at: "garbage", request_counts: null },
    { ...good, id: "msgbatch_live\u202eevil", processing_status: script },
    { ...good, id: script, ended_at: {}, request_counts: { succeeded: "1e999", errored: -5 } },
    { ...good, id: "msgbatch_huge", request_counts: { succeeded: 1e300, processing: 1 } },
    { ...good, id: `msgbatch_${"x".repeat(5_000)}` },
    { id: "msgbatch_bare" },
    "text",
  ];
  const page = await openPage(t, {
    prepare: (page) =>
      page.route("**/api/v1/messages/batches?*", (route) =>
        route.fulfill({ json: { data, has_more: false, first_id: null, last_id: null } }),
      ),
  });
  await page.setViewportSize({ width: 1_600, height: 4_000 });
  await count(page, "all 9, newest first");
  await page.locator(".row").nth(8).waitFor();
  const texts = await page.locator(".row").allTextContents();
  assert.equal(texts.length, 9);
  assert.match(texts[1], /not a batch/);
  assert.match(texts[2], /no counts.*garbage/);
  assert.match(texts[3], /msgbatch_live\\u\{202e\}evil/);
  assert.ok(texts[4].includes(script));
  for (const toggle of await page.locator(".row-id").all()) await toggle.click();
  await page.getByText("Received as an item of the list:").first().waitFor();
  assert.equal(await page.title(), "Message Batches: look and delete");
  assert.equal(await page.locator("main img").count(), 0);
  assert.ok(await page.locator(".row-check").nth(2).isDisabled(), "nothing there to be deleted");
  assert.deepEqual(await violations(page), []);
});

const fine = () => ({
  processing_status: "ended",
  request_counts: { processing: 0, succeeded: 3, errored: 1, canceled: 0, expired: 0 },
  created_at: "2026-11-01T10:00:00Z",
  ended_at: "2026-11-01T10:05:00Z",
  expires_at: "2026-11-02T10:00:00Z",
});

const count = (page, text) =>
  page.locator("#batches-count").getByText(text, { exact: true }).waitFor();

const firstId = (page) => page.locator("[data-batch]").first().getAttribute("data-batch");
