// One batch, deleted in its row: the question, the refusals, the receipt.

import assert from "node:assert/strict";

const OVERLOADED = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
const DELETE = "Delete for good";

export async function twoClicks(page, { world }) {
  const id = await one(page, world);
  await page.click(`${row(id)} button`, "Delete");
  await page.see(
    `${row(id)} .panel`,
    /Server127\.0\.0\.1:\d+ \(demo\).*Workspacedefault.*This can’t be undone\./,
  );
  await page.state("one batch: question");
  assert.deepEqual(await methods(world, id), [], "the first click sends nothing");
  await page.click(`${row(id)} button`, DELETE);
  await page.see(`[data-receipt="${id}"]`, /"type": "message_batch_deleted".*Request idreq_\w+/);
  await page.see("#announcer", `Batch ${id} is deleted`);
  await page.state("one batch: receipt");
  await page.click(`[data-receipt="${id}"] button`, "Copy Request id");
  await page.see(`[data-receipt="${id}"]`, "Copied");
  assert.equal(await page.count(row(id)), 0);
  assert.deepEqual(await methods(world, id), ["DELETE"]);
  assert.deepEqual((await world.batches()).deleted, [id]);
}

export async function inProgress(page, { world }) {
  const id = await one(page, world, { status: "in_progress" });
  const panel = `${row(id)} .panel`;
  await page.click(`${row(id)} button`, "Delete");
  await page.click(`${panel} button`, DELETE);
  await page.see(panel, /It hasn’t ended yet.*still_processing.*Status400.*req_\w+/);
  await page.state("one batch: refused");
  await page.click(`${panel} button`, "Try again");
  await page.click(`${panel} label`, "Wait until it has ended");
  await page.state("one batch: choices");
  await page.click(`${panel} button`, DELETE);
  await page.see(panel, "Waiting until it has ended");
  await page.state("one batch: waiting");
  await page.click(`${panel} button`, "Abort");
  await page.see(panel, "Aborted");
  assert.equal((await world.batches()).batches.length, 1);

  await page.click(`${panel} button`, "Try again");
  await page.click(`${panel} label`, "Cancel it, then delete it");
  await page.click(`${panel} button`, DELETE);
  await page.see(`[data-receipt="${id}"]`, "message_batch_deleted");
  const sent = await methods(world, id);
  assert.equal(sent.filter((method) => method === "POST").length, 1);
  assert.equal(sent.at(-1), "DELETE");
}

export async function overloaded(page, { world }) {
  const id = await one(page, world);
  const panel = `${row(id)} .panel`;
  await world.faults([
    { match: { id, method: "DELETE" }, times: 3, status: 529, json: OVERLOADED },
  ]);
  await page.click(`${row(id)} button`, "Delete");
  await page.click(`${panel} button`, DELETE);
  await page.see(panel, "The API responded with 529: trying again");
  await page.see(panel, /529 overloaded_error: Overloaded.*Codeserver.*Attempts3.*Copy Request id/);
  await page.tab("log");
  await page.see("#log", /529 .*again in /);
  await page.click(`${panel} button`, "Try again");
  await page.click(`${panel} button`, DELETE);
  await page.see(`[data-receipt="${id}"]`);
}

/** Pressed once more by mistake, a key does nothing: the focus is on the question. */
export async function keyboard(page, { world }) {
  const id = await one(page, world);
  await world.create({ ageSeconds: 3_600 });
  await page.click("#reload");
  await page.see("#batches-count", "2 batches");
  await page.run(async (open) => document.querySelector(open).focus(), `${row(id)} .row-delete`);
  await page.press("Enter");
  await page.press("Enter");
  await page.press("Escape");
  assert.equal(await focused(page), `Delete ${id}`);
  await page.press("Enter");
  await page.press("Tab");
  assert.equal(await focused(page), DELETE);
  await page.press("Enter");
  await page.see(`[data-receipt="${id}"]`);
  assert.match(await focused(page), /^Deleted/);
  await page.press("Escape");
  assert.match(await focused(page), /^Delete msgbatch_/, "the focus moves to the next batch");
}

async function one(page, world, wanted = {}) {
  const [{ id }] = (await world.create({ ageSeconds: 60, ...wanted })).batches;
  await page.open();
  await page.see("#mode", "Demo");
  await page.see(row(id));
  return id;
}

const row = (id) => `[data-batch="${id}"]`;

const focused = (page) => page.run(async () => document.activeElement.textContent);

const methods = async (world, id) =>
  (await world.requests()).requests
    .filter(({ target }) => target.includes(id))
    .map(({ method }) => method);
