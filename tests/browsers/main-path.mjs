// What an operator does on the page, as one function that any browser can run in it: filters, selects
// all, confirms by typing, watches, tries the failed again.

import assert from "node:assert/strict";

const FORBIDDEN = {
  type: "error",
  error: { type: "permission_error", message: "Not for you" },
};

/**
 * @param {{ origin: string, world: object }} site of worker.mjs
 * @param {(path: Function) => Promise<object>} runInPage opens the page, and runs it there
 */
export async function checkMainPath(site, runInPage) {
  const old = (await site.world.create({ count: 120, ageSeconds: 8 * 86_400 })).batches;
  const young = (await site.world.create({ count: 30, ageSeconds: 600 })).batches;
  await site.world.faults([
    { match: { method: "DELETE" }, times: 9, status: 529, json: {} },
    { match: { method: "DELETE", id: old[3].id }, status: 403, json: FORBIDDEN },
  ]);
  const seen = await runInPage(mainPath);
  assert.deepEqual(seen.errors, []);
  assert.match(seen.count, /^120 of all 150 match$/);
  assert.equal(seen.first, "Deleted 119 batches, 1 failed");
  assert.equal(seen.failures, "permission 1 · Not allowed");
  assert.equal(seen.second, "Deleted 1 batch");
  assert.equal(seen.results, "120 deleted");
  const { batches, deleted } = await site.world.batches();
  assert.deepEqual(deleted.toSorted(), idsOf(old));
  assert.deepEqual(batches.map(({ id }) => id).toSorted(), idsOf(young));
}

const idsOf = (batches) => batches.map(({ id }) => id).toSorted();

/** In the page: nothing of this file is there. */
async function mainPath() {
  const errors = [];
  addEventListener("error", ({ message }) => errors.push(message));
  addEventListener("unhandledrejection", ({ reason }) => errors.push(String(reason)));
  const find = (selector, text = "") =>
    [...document.querySelectorAll(selector)].find((it) => it.textContent.includes(text));
  const until = async (look) => {
    const end = Date.now() + 30_000;
    for (;;) {
      const found = look();
      if (found) return found;
      if (Date.now() > end) throw new Error(`never: ${look}; ${document.body.textContent}`);
      await new Promise((go) => setTimeout(go, 20));
    }
  };
  const press = async (selector, text) => (await until(() => find(selector, text))).click();
  await until(() => find("[data-batch]"));
  const age = find("#filter-age");
  age.value = ">7d";
  age.dispatchEvent(new Event("change"));
  await until(() => find("#batches-count", "120 of all 150"));
  const count = find("#batches-count").textContent;
  await press("#select-all");
  await press("#bulk button", "Delete 120 batches…");
  const typed = await until(() => find("#bulk-typed"));
  typed.value = "120";
  typed.dispatchEvent(new Event("input"));
  await press("#bulk button", "Delete 120 batches for good");
  const first = (await until(() => find("#bulk .outcome-title"))).textContent;
  const failures = (await until(() => find("#results summary"))).textContent;
  await press("#results button", "Try 1 again…");
  await press("#bulk button", "Delete 1 batch for good");
  const second = (await until(() => find("#bulk .outcome-title", "Deleted 1 batch"))).textContent;
  await until(() => !find("#results summary"));
  const results = find("#results-summary").textContent;
  return { errors, count, first, failures, second, results };
}
