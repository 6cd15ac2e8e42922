// The table: read page by page, filtered and sorted as its address says, with odd batches as odd rows.

import assert from "node:assert/strict";

const DAY_S = 86_400;

/** The list is longer than a page of the API, and its cursor is deleted while it is read. */
export async function table(page, site) {
  const { world } = site;
  await world.create({ count: 1_150, ageSeconds: 2 * DAY_S, requests: 3 });
  const { batches: big } = await world.create({
    count: 50,
    ageSeconds: 9 * DAY_S,
    requests: 900,
  });
  await world.settings({ processingMs: null, cancelingMs: 600_000 });
  await world.create({ count: 2, status: "in_progress" });
  await world.create({ status: "canceling" });
  await page.open();
  await page.see("#batches-count", /^the newest 1,000 batches$/);
  assert.ok((await page.count(".row")) < 60, "only what can be seen");
  for (const state of ["in progress", "canceling", "ended"]) await page.see(".row .state", state);
  await page.state("list");

  await page.click("[data-state=ended] .row-id");
  await page.see(".details", /Created\w+day, .* 20\d\d.*Ended.*20\d\d.*Requests succeeded3/);
  await page.state("details");
  await page.click("[data-state=ended] .row-id");
  await page.gone(".details");

  await deleteNewest(world, 1_000);
  await world.faults([{ match: { path: "after_id" }, delayMs: 200 }]);
  await page.choose("#filter-age", ">7d");
  await page.see("#batches-count", /^50 of 1,203 match$/);
  await page.hasQuery("?age=%3E7d");
  await page.click("#filter-clear");
  await page.click(".sort", "Requests");
  await page.see("[data-batch] .counts", "900 succeeded");
  assert.equal(await page.attribute(".cell-requests[aria-sort]", "aria-sort"), "descending");
  await page.click(".sort", "Requests");
  await page.gone("[data-batch] .counts", "900 succeeded");
  assert.equal(await page.attribute(".cell-requests[aria-sort]", "aria-sort"), "ascending");

  const [{ id }] = big;
  await page.fill("#filter-id", id.slice(-12));
  await page.see("#batches-count", "1 of 1,203 match");
  const query = `?id=${id.slice(-12)}&sort=requests.up`;
  await page.hasQuery(query);
  await page.open(`/${query}`);
  await page.see("#batches-count", "1 of 1,202 match");
  await page.many("[data-batch]", 1);
  assert.equal(await page.attribute("[data-batch]", "data-batch"), id);
  await page.fill("#filter-id", "nothing-has-this");
  await page.see("#batches-foot", "No batch matches.");
  await page.state("no match");
}

/** Nothing moves when the list arrives and when it is filtered, and the rows begin near the top, also on a narrow page. */
export async function still(page, { world }) {
  await world.create({ count: 30, ageSeconds: 9 * DAY_S });
  await world.create({ count: 30, ageSeconds: DAY_S });
  for (const width of [320, 768, 1_280]) {
    await page.resize(width, 900);
    await page.open();
    await page.see("#batches-count", "60 batches");
    const top = await page.run(async () =>
      Math.min(
        ...[...document.querySelectorAll("batch-row")].map(
          (row) => row.getBoundingClientRect().top,
        ),
      ),
    );
    assert.ok(top < 320, `the first row is at ${top} of ${width} pixels`);
    await page.choose("#filter-age", ">7d");
    await page.see("#batches-count", "30 of 60 match");
    await page.click("#filter-clear");
    await page.see("#batches-count", "60 batches");
    const moved = await page.run(shifts);
    assert.ok(moved < 0.02, `the layout moved by ${moved} at ${width} pixels`);
  }
}

/** Rows appear at places of their own: two at one place would take each other's clicks. */
export async function apart(page, { world }) {
  await world.create({ count: 2 });
  for (let times = 3; times > 0; times -= 1) {
    await page.open();
    assert.equal(await page.run(firstPlaces), 2);
  }
}

/** In the page: returns how many places its two rows have, before the next frame; fewer if they never appear. */
async function firstPlaces() {
  const rows = () => [...document.querySelectorAll("batch-row")];
  for (let left = 10_000; left > 0 && rows().length < 2; left -= 1)
    await new Promise((resolve) => setTimeout(resolve));
  return new Set(rows().map((row) => row.getBoundingClientRect().top)).size;
}

/** In the page: returns the sum of its layout shifts, the ones after an input included. */
const shifts = () =>
  new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => {
      for (const { value } of list.getEntries()) sum += value;
    }).observe({ type: "layout-shift", buffered: true });
    // The buffered entries arrive in a task of their own.
    requestAnimationFrame(() => setTimeout(() => resolve(sum)));
  });

/** A batch in progress is checked now and then, and its row shows the new state. */
export async function checkedAgain(page, { world }) {
  const [{ id }] = (await world.create({ status: "in_progress" })).batches;
  await page.open();
  await page.see(`[data-batch="${id}"][data-state=in_progress]`);
  await world.end(id);
  await page.see(`[data-batch="${id}"][data-state=ended]`);
}

/** All that match, although only a part was read. */
export async function selectAll(page, site) {
  await site.world.create({ count: 1_100, ageSeconds: DAY_S });
  await page.open();
  await page.see("#batches-count", /^the newest 1,000 batches$/);
  await page.click("#select-all");
  await page.see("#bulk", "1,000 selected");
  await page.click("#bulk button", "Select all that match");
  await page.see("#bulk", "1,100 selected");
  await page.state("selected");
  await page.click("#bulk button", "Delete 1,100 batches…");
  await page.see("#question label", "Type 1100 to confirm");
  assert.equal(await isEnabled(page), false);
  await page.fill("#bulk-typed", "1000");
  assert.equal(await isEnabled(page), false);
  await page.fill("#bulk-typed", "1,100");
  assert.equal(await isEnabled(page), true);
  await page.press("Escape");
  await page.see("#bulk", "1,100 selected");
  assert.equal((await site.world.batches()).batches.length, 1_100);
}

/** A hostile server's strings are shown as they are, and only in their own row. */
export async function oddBatches(page, site) {
  const script = `<img src=x onerror="document.title='hacked'">`;
  const good = {
    id: "msgbatch_good",
    type: "message_batch",
    processing_status: "ended",
    request_counts: { processing: 0, succeeded: 3, errored: 1, canceled: 0, expired: 0 },
    created_at: "2026-11-01T10:00:00Z",
    ended_at: "2026-11-01T10:05:00Z",
  };
  const data = [
    good,
    { nothing: null },
    { ...good, id: "msgbatch_garbage", created_at: "garbage", request_counts: null },
    { ...good, id: "msgbatch_live\u202eevil", processing_status: script },
    { ...good, id: script, ended_at: {}, request_counts: { succeeded: "1e999", errored: -5 } },
    { ...good, id: "msgbatch_huge", request_counts: { succeeded: 1e300, processing: 1 } },
    { ...good, id: `msgbatch_${"x".repeat(5_000)}` },
    { id: "msgbatch_bare" },
    { id: 7 },
  ];
  const json = { data, has_more: false, first_id: null, last_id: null };
  await site.world.faults([{ match: { path: "limit=" }, status: 200, json }]);
  await page.open();
  const title = await page.run(async () => document.title);
  await page.see("#batches-count", `${data.length} batches`);
  await page.many(".row", data.length);
  const texts = await page.run(async () =>
    [...document.querySelectorAll(".row")].map((row) => row.textContent),
  );
  assert.match(texts[1], /not a batch/);
  assert.match(texts[2], /no counts\s[\s\S]*garbage/);
  assert.match(texts[3], /msgbatch_live\\u\{202e\}evil/);
  assert.ok(texts[4].includes(script));
  await page.click(".row-id", "not a batch");
  await page.see(".details", "Received as an item of the list:");
  await page.click(".row-id", script);
  await page.see(".details code", script);
  await page.state("odd batches");
  assert.equal(await page.run(async () => document.title), title);
  assert.equal(await page.count("main img"), 0);
  // `state` narrowed the page, and fewer rows could be seen; the others return a frame later.
  await page.many(".row", data.length);
  const directions = await page.run(async () =>
    [...document.querySelectorAll(".row-id bdi, .details bdi")].map(({ dir }) => dir),
  );
  assert.ok(directions.length > data.length);
  assert.deepEqual([...new Set(directions)], ["ltr"], "ids read from left to right");
}

const isEnabled = (page) =>
  page.run(async () => !document.querySelector("#question .button.danger").disabled);

/** Deletes the batch that comes at that point of the list. */
async function deleteNewest(world, number) {
  const { batches } = await world.batches();
  const { id } = batches[number - 1];
  const init = {
    method: "DELETE",
    headers: { "x-api-key": "sk-ant", "anthropic-version": "2023-06-01" },
  };
  const response = await fetch(`${world.url}/v1/messages/batches/${id}`, init);
  assert.equal(response.status, 200);
}
