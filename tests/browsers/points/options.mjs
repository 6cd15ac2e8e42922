// The options of every call, the code that does the same, and the log of what was sent.

import assert from "node:assert/strict";

const FLAG = "message-batches-2024-09-24";
const OVERLOADED = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };

export async function options(page, { world }) {
  const [refused, good] = (await world.create({ count: 2 })).batches.map(({ id }) => id);
  await page.open();
  await page.see("[data-batch]");
  await page.fill("#option-concurrency", "3");
  await page.fill("#option-retries", "1");
  await page.fill("#option-timeout", "9");
  await page.click("#options summary", "Beta flags: none");
  await page.click("#betas-list label", FLAG);
  await page.fill("#betas-others", "one-of-tomorrow-2026-12-01");
  await page.see("#betas-count", "2 chosen");
  await page.click(`[data-batch="${good}"] .row-check`);
  await page.click("#options summary", "The code that does the same");
  const code = await page.see("#code");
  for (const line of [
    `const ids = [ "${good}", ];`,
    `betas: ["${FLAG}","one-of-tomorrow-2026-12-01"],`,
    "maxRetries: 1, timeout: 9000, concurrency: 3,",
  ]) {
    assert.ok(code.includes(line), `${line} in ${code}`);
  }
  await page.state("options");

  const before = await page.run(placeOf, "#by-id-title");
  await deleteById(page, "../models");
  await page.see("#by-id-panel", /That can’t be sent.*invalid_option/);
  await page.see("#results-summary", "1 failed");
  assert.equal(await page.run(placeOf, "#by-id-title"), before, "results move no button away");
  await page.click("#by-id-panel button", "Close");
  await world.clearRequests();
  await deleteById(page, ` ${good} `);
  await page.see("#by-id-panel", "message_batch_deleted");
  const { requests } = await world.requests();
  assert.deepEqual(
    requests.map(({ method, query }) => [method, query]),
    [["DELETE", "beta=true"]],
    "what can be no id was not sent",
  );
  const { "anthropic-beta": betas } = Object.fromEntries(requests[0].headers);
  assert.equal(betas, `${FLAG},one-of-tomorrow-2026-12-01`);
  await page.gone(`[data-batch="${good}"]`);
  await page.click("#by-id-panel button", "Close");

  const fault = { match: { method: "DELETE", id: refused }, times: 2, status: 529 };
  await world.faults([{ ...fault, json: OVERLOADED }]);
  await deleteById(page, refused);
  await page.see("#by-id-panel", "The API had a problem");
  await filterLog(page, good);
}

/** In the page: where an element stands in its column, however far that is scrolled. */
const placeOf = async (selector) => document.querySelector(selector).offsetTop;

/** One attempt that worked, and two that failed. */
async function filterLog(page, good) {
  await page.see("#log-count", /^3 of 3 attempts$/);
  await page.see("#log .log-entry.failed", /^\d\d:\d\d:\d\dDELETE .*529attempt 2, server/);
  await page.state("attempts");
  await page.choose("#log-filter", "failed");
  await page.see("#log-count", /^2 of 3 attempts$/);
  assert.equal(await page.count("#log .log-entry:not(.failed)"), 0);
  await page.fill("#log-text", good);
  await page.see("#log-count", /^0 of 3 attempts$/);
  await page.choose("#log-filter", "DELETE");
  await page.see("#log-count", /^1 of 3 attempts$/);
  await page.see("#log .log-status", "200");
  await page.choose("#log-filter", "all");
  await page.fill("#log-text", "NO-SUCH-REQUEST");
  await page.see("#log-count", /^0 of 3 attempts$/);
  await page.fill("#log-text", "529");
  await page.see("#log-count", /^2 of 3 attempts$/);
  await page.click("#log-clear");
  await page.see("#log-empty");
  await page.gone("#log");
}

async function deleteById(page, id) {
  await page.fill("#by-id-id", id);
  await page.click("#by-id button", "Delete…");
  await page.click("#by-id-panel button", "Delete for good");
}
