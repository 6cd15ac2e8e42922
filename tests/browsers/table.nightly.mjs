// The table of the page in Chromium: ten thousand batches without a long task.

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
  await count(page, "the newest 1,000 batches");
  assert.ok((await page.locator(".row").count()) < 60, "only what can be seen");
  await page.locator("#filter-age").selectOption(">7d");
  await count(page, "1,000 of 10,000 match");
  await page.getByRole("button", { name: "Clear filters" }).click();
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

const count = (page, text) =>
  page.locator("#batches-count").getByText(text, { exact: true }).waitFor();
