// The demo page in Chromium, used as an operator does; what counts is what the emulator received.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startDemo } from "./demo.mjs";
import { launchChromium } from "./launch.mjs";
import { openDemo, status, violations } from "./page.mjs";

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

test("it lists batches in every state, with all that the API says of each", async (t) => {
  const page = await openPage(t);
  for (const state of ["in progress", "canceling", "ended"]) {
    await page.locator(".row", { hasText: state }).first().waitFor();
  }
  const { batches } = await demo.emulator.state();
  await page.getByText(`all ${batches.length}, newest first`).waitFor();
  const listed = await listedIds(page);
  assert.deepEqual(listed, ids(batches).slice(0, listed.length));

  const { id } = batches.find(({ ended_at }) => ended_at);
  const ended = row(page, id);
  assert.match(await ended.textContent(), /[\d,]+ succeededcreated .+ agoended .+ago.*expire in/);
  assert.match(await ended.locator("time").first().getAttribute("title"), /20\d\d/);
  // The exact times, without a mouse that hovers.
  await ended.getByRole("button", { name: id, exact: true }).click();
  assert.match(
    await ended.locator(".details").textContent(),
    /Created\w+day, .* 20\d\d.*Ended.*20\d\d/,
  );
});

test("it deletes an ended batch by two clicks", async (t) => {
  const id = await demo.emulator.add({ status: "ended", requests: 1_204 });
  const page = await openPage(t);
  await page.context().addCookies([{ name: "session", value: "private", url: demo.origin }]);
  await row(page, id).getByRole("button", { name: "Delete" }).click();
  assert.deepEqual(await demo.emulator.requests(id), [], "the first click sends nothing");
  await row(page, id).getByRole("button", { name: "Delete for good" }).click();

  const receipt = page.locator(`[data-receipt="${id}"]`);
  const response = JSON.parse(await receipt.locator("pre").textContent());
  assert.deepEqual(response, { id, type: "message_batch_deleted" });
  assert.match(await receipt.textContent(), /Request idreq_\w+/);
  assert.equal(await row(page, id).count(), 0, "the row is gone");
  await status(page, `Batch ${id} is deleted`);

  const received = await demo.emulator.requests(id);
  assert.equal(received.length, 1);
  const [{ method, target, body }] = received;
  assert.deepEqual([method, target, body], ["DELETE", `/v1/messages/batches/${id}`, ""]);
  const headers = headersOf(received[0]);
  assert.ok(headers["x-api-key"]);
  assert.equal(headers["anthropic-version"], "2023-06-01");
  for (const name of ["origin", "cookie", "referer", "authorization", "anthropic-beta"]) {
    assert.equal(headers[name], undefined, name);
  }
  assert.ok((await demo.emulator.state()).deleted.includes(id));
});

test("a batch in progress is refused, then canceled and deleted", async (t) => {
  const id = await demo.emulator.add({ status: "in_progress" });
  await demo.emulator.set({ cancelingMs: 500 });
  const page = await openPage(t);
  await startDeleting(page, id);
  const panel = row(page, id).getByRole("group").first();
  await panel.getByText("It hasn’t ended yet").waitFor();
  const { "Request id": requestId, ...facts } = await factsIn(panel);
  assert.deepEqual(facts, { Code: "still_processing", Status: "400", Attempts: "1" });
  assert.match(requestId, /^req_\w+$/);
  await status(page, "still_processing");
  assert.ok(ids((await demo.emulator.state()).batches).includes(id));

  await panel.getByRole("button", { name: "Try again" }).click();
  await panel.getByLabel("Cancel it, then delete it").check();
  await panel.getByRole("button", { name: "Delete for good" }).click();
  await page.getByText("Waiting until it has ended").waitFor();
  await page.locator(`[data-receipt="${id}"]`).waitFor();
  const calls = (await demo.emulator.requests(id)).map(({ method }) => method);
  assert.equal(calls.filter((method) => method === "POST").length, 1);
  assert.equal(calls.at(-1), "DELETE");
  assert.ok((await demo.emulator.state()).deleted.includes(id));
  assert.ok((await page.locator("#log li").count()) >= calls.length - 1, "each is in the log");
});

test("waiting can be aborted, and ends with the batch", async (t) => {
  const id = await demo.emulator.add({ status: "in_progress" });
  const page = await openPage(t);
  await startDeleting(page, id, "Wait until it has ended");
  await page.getByText("Waiting until it has ended").waitFor();
  await row(page, id).getByRole("button", { name: "Abort" }).click();
  await row(page, id).getByText("Aborted", { exact: true }).waitFor();
  await row(page, id).getByRole("button", { name: "Close" }).click();
  assert.ok(ids((await demo.emulator.state()).batches).includes(id));

  await startDeleting(page, id, "Wait until it has ended");
  await page.getByText("Waiting until it has ended").waitFor();
  await demo.emulator.end(id);
  await page.locator(`[data-receipt="${id}"]`).waitFor();
  assert.ok((await demo.emulator.state()).deleted.includes(id));
});

test("an error is shown with its request id, which can be copied", async (t) => {
  const id = await demo.emulator.add({ status: "ended" });
  const error = { type: "overloaded_error", message: "Overloaded" };
  await demo.emulator.fault({
    match: { id, method: "DELETE" },
    times: 3,
    status: 529,
    json: { type: "error", error, request_id: "req_of_the_body" },
  });
  const page = await openPage(t);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await startDeleting(page, id);
  const panel = row(page, id).getByRole("group");
  await page.getByText("The API responded with 529: trying again").waitFor();
  await panel.getByText("The API had a problem").waitFor();
  const { "Request id": requestId, ...facts } = await factsIn(panel);
  assert.deepEqual(facts, { Code: "server", Status: "529", Attempts: "3" });
  await panel.getByText("529 overloaded_error: Overloaded").waitFor();
  await panel.getByRole("button", { name: "Copy Request id" }).click();
  await panel.getByText("Copied").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), requestId);
  assert.match(requestId, /^req_\w+$/);
  const received = await demo.emulator.requests(id);
  assert.equal(received.filter(({ method }) => method === "DELETE").length, 3);

  await panel.getByRole("button", { name: "Try again" }).click();
  await panel.getByRole("button", { name: "Delete for good" }).click();
  await page.locator(`[data-receipt="${id}"]`).waitFor();
});

test("a batch is deleted by its id, with beta flags", async (t) => {
  const id = await demo.emulator.add({ status: "ended" });
  const page = await openPage(t);
  await page.getByLabel("Batch id").fill(`  ${id} `);
  await page.getByText("Beta flags: none").click();
  await page.getByLabel("message-batches-2024-09-24").check();
  await page.getByLabel("Others, separated by spaces").fill("one-of-tomorrow-2026-12-01");
  await page.getByText("Beta flags: 2 chosen").waitFor();
  await page.getByRole("button", { name: "Delete…" }).click();
  const panel = page.locator("#by-id-panel");
  await panel.getByRole("button", { name: "Delete for good" }).click();
  await panel.getByText("message_batch_deleted").waitFor();
  assert.equal(await row(page, id).count(), 0, "it is gone from the list, too");
  const received = (await demo.emulator.requests(id)).find(({ method }) => method === "DELETE");
  assert.equal(received.query, "beta=true");
  const { "anthropic-beta": betas } = headersOf(received);
  assert.equal(betas, "message-batches-2024-09-24,one-of-tomorrow-2026-12-01");
});

test("an id that can't be one is refused before anything is sent", async (t) => {
  const page = await openPage(t);
  const { requests } = await demo.emulator.stats();
  await page.getByLabel("Batch id").fill("../models");
  await page.getByRole("button", { name: "Delete…" }).click();
  const panel = page.locator("#by-id-panel");
  await panel.getByRole("button", { name: "Delete for good" }).click();
  await panel.getByText("invalid_option", { exact: true }).waitFor();
  assert.equal((await demo.emulator.stats()).requests, requests);
});

test("the banner says whether it is real", async (t) => {
  const page = await openPage(t);
  await page.getByText("nothing real can be lost").waitFor();
  const live = await openPage(t, {
    prepare: (page) => page.route("**/config", (route) => route.fulfill({ json: { live: true } })),
  });
  await live.getByText("what you delete here is gone for good").waitFor();
  assert.equal(await live.getByText("nothing real can be lost").count(), 0);
});

test("a list that can't be read says why, and can be tried again", async (t) => {
  await demo.emulator.fault({ match: { path: "limit=" }, times: 3, status: 500, json: {} });
  const page = await openPage(t, { loaded: false });
  await page.getByText("The list could not be read.").waitFor();
  assert.match(await page.locator("#batches-foot").textContent(), /500: .+Request id req_\w+/);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("[data-batch]").first().waitFor();
  assert.equal(await page.getByText("The list could not be read.").count(), 0);
});

test("an empty list says so", async (t) => {
  const page = await openPage(t, {
    loaded: false,
    prepare: (page) =>
      page.route("**/api/v1/messages/batches?*", (route) =>
        route.fulfill({ json: { data: [], has_more: false, first_id: null, last_id: null } }),
      ),
  });
  await page.getByText("There are no batches.").waitFor();
});

test("the keyboard is enough", async (t) => {
  const id = await demo.emulator.add({ status: "ended" });
  const page = await openPage(t);
  const press = (key) => page.keyboard.press(key);
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  const open = row(page, id).getByRole("button", { name: `Delete ${id}` });

  await open.focus();
  await press("Enter");
  // Pressed once more by mistake, it does nothing: the focus is on the question.
  await press("Enter");
  await press("Escape");
  assert.ok(await open.evaluate((button) => button === document.activeElement));

  await press("Enter");
  await press("Tab");
  assert.equal(await focused(), "Delete for good");
  await press("Enter");
  await page.locator(`[data-receipt="${id}"]`).waitFor();
  assert.match(await focused(), /^Deleted/);
  await press("Escape");
  assert.match(await focused(), /^Delete msgbatch_/, "the focus goes on to the next batch");
});

for (const colorScheme of ["light", "dark"]) {
  test(`it is accessible, and fits 320 pixels: ${colorScheme}`, async (t) => {
    const page = await openPage(t, { colorScheme });
    await showEverything(page);
    for (const [width, height] of [
      [1280, 900],
      [768, 900],
      [320, 740],
    ]) {
      await page.setViewportSize({ width, height });
      const scrolled = await page.evaluate(() => {
        window.scrollTo(1_000, 0);
        return window.scrollX;
      });
      assert.equal(scrolled, 0, `nothing is cut off at ${width} pixels`);
      assert.deepEqual(await violations(page), [], `at ${width} pixels`);
    }
  });
}

/** Every kind of panel at once. */
async function showEverything(page) {
  const [question, choices, failed, done] = await Promise.all(
    ["ended", "in_progress", "in_progress", "ended"].map((status) => demo.emulator.add({ status })),
  );
  await page.getByRole("button", { name: "Reload" }).click();
  await row(page, done).waitFor();
  for (const id of [question, choices]) {
    await row(page, id).getByRole("button", { name: "Delete" }).click();
  }
  await startDeleting(page, failed);
  await page.getByText("still_processing", { exact: true }).waitFor();
  await startDeleting(page, done);
  await page.locator(`[data-receipt="${done}"]`).waitFor();
  await page.getByLabel("Batch id").fill(choices);
  await page.getByText("Beta flags:").click();
  await page.getByText("The code that does the same").click();
  await page.getByRole("button", { name: "Delete…" }).click();
  await page.locator("#by-id-panel").getByLabel("Wait until it has ended").check();
  await page.locator("#by-id-panel").getByRole("button", { name: "Delete for good" }).click();
  await page.getByText("Waiting until it has ended").waitFor();
}

async function startDeleting(page, id, choice) {
  await row(page, id).getByRole("button", { name: "Delete" }).click();
  if (choice) await row(page, id).getByLabel(choice).check();
  await row(page, id).getByRole("button", { name: "Delete for good" }).click();
}

/** A description list as an object. */
async function factsIn(panel) {
  const rows = panel.locator("dl > div");
  const pairs = await rows.evaluateAll((rows) =>
    rows.map((row) => ["dt", "dd code"].map((name) => row.querySelector(name).textContent)),
  );
  return Object.fromEntries(pairs);
}

const row = (page, id) => page.locator(`[data-batch="${id}"]`);

const listedIds = (page) =>
  page.locator("[data-batch]").evaluateAll((rows) => rows.map((row) => row.dataset.batch));

const ids = (batches) => batches.map(({ id }) => id);

const headersOf = ({ headers }) =>
  Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
