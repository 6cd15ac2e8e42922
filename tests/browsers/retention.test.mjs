// Retention on the demo page in Chromium: what it shows, and what is deleted at the emulator.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startDemo } from "./demo.mjs";
import { launchChromium } from "./launch.mjs";
import { openDemo, status, violations } from "./page.mjs";

const DAY_S = 86_400;

let demo;
let browser;

const openPage = (t, options) => openDemo(t, { browser, demo, ...options });

before(async () => {
  [demo, browser] = await Promise.all([startDemo(), launchChromium()]);
});

after(async () => {
  await browser?.close();
  await demo?.kill("SIGTERM");
});

test("a retention job is followed by a page that is opened later, and stopped", async (t) => {
  for (let index = 0; index < 60; index += 1) {
    await demo.emulator.add({ status: "ended", ageSeconds: 15 * DAY_S });
  }
  await demo.emulator.fault({ match: { method: "DELETE" }, times: null, delayMs: 1_000 });
  const page = await openPage(t);
  const card = page.locator("#retention");
  await page.getByRole("button", { name: "See what would be deleted" }).click();
  await card.getByRole("button", { name: "batches for good" }).click();
  await card.getByRole("button", { name: "Stop" }).waitFor();
  const other = await openPage(t);
  const followed = other.locator("#retention");
  await followed.getByText("It goes on without this page.").waitFor();
  await followed.getByText(/^\d+ of \d+ are gone/).waitFor();
  assert.deepEqual(await violations(other), []);
  await followed.getByRole("button", { name: "Stop" }).click();
  await followed.getByText(/^Stopped\. Deleted \d+ batch/).waitFor();
  await card.getByText(/^Stopped\. Deleted \d+ batch/).waitFor();
  await demo.emulator.clearFaults();
});

test("retention runs by hand, and the page shows how far it has come", async (t) => {
  const young = await demo.emulator.add({ status: "ended", ageSeconds: 13 * DAY_S });
  const running = await demo.emulator.add({ status: "in_progress", ageSeconds: 15 * DAY_S });
  const old = await Promise.all(
    Array.from({ length: 30 }, () =>
      demo.emulator.add({ status: "ended", ageSeconds: 15 * DAY_S }),
    ),
  );
  await demo.emulator.set({ processingMs: null });
  const page = await openPage(t);
  const card = page.locator("#retention");
  await card.getByText("were created more than 14 days ago").waitFor();
  await page.getByRole("button", { name: "See what would be deleted" }).click();
  const { batches } = await demo.emulator.state();
  const cutoff = Date.now() - 14 * DAY_S * 1_000;
  const meant = batches.filter((it) => it.ended_at && Date.parse(it.created_at) < cutoff);
  await card.getByText(`Delete ${meant.length} batches with their results?`).waitFor();
  assert.ok(old.every((id) => ids(meant).includes(id)));
  assert.ok((await demo.emulator.state()).batches.length === batches.length, "nothing is gone yet");
  assert.deepEqual(await violations(page), []);

  await card.getByRole("button", { name: `Delete ${meant.length} batches for good` }).click();
  await card.getByText(`Deleted ${meant.length} batches`, { exact: true }).waitFor();
  await status(page, /\d+ batches are listed/);
  const left = ids((await demo.emulator.state()).batches);
  assert.deepEqual(
    ids(batches).filter((id) => !left.includes(id)),
    ids(meant),
  );
  assert.ok(left.includes(young) && left.includes(running));
  await card.getByText("Earlier runs").click();
  await card.getByText(`operator: Deleted ${meant.length} batches`).waitFor();
  await card.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "See what would be deleted" }).click();
  await card.getByText("Nothing is that old.").waitFor();
});

test("retention that is off, or misconfigured, says so", async (t) => {
  const status = { workspace: "default", workspaces: [], rule: null, problems: [], job: null };
  const open = (more) =>
    openPage(t, {
      prepare: (page) =>
        page.route("**/retention", (route) => route.fulfill({ json: { ...status, ...more } })),
    });
  const off = await open({});
  await off.getByText("Retention is off").waitFor();
  await off.getByText("set RETENTION_DAYS").waitFor();
  const problem = 'RETENTION_DAYS must be a whole number of days from 1 to 3650, not "14d"';
  const wrong = await open({ problems: [problem] });
  await wrong.getByText("Nothing is deleted by the rule until this is corrected").waitFor();
  await wrong.getByText(problem).waitFor();
});

const ids = (batches) => batches.map(({ id }) => id);
