// The options of every call, the code that does the same, and the log of the attempts.

import assert from "node:assert/strict";

const FLAG = "message-batches-2024-09-24";
const OVERLOADED = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };

export async function options(page, { world }) {
  const [refused, good] = (await world.create({ count: 2 })).batches.map(({ id }) => id);
  await page.open();
  await page.see("[data-batch]");
  await page.option("concurrency", "500");
  await page.see("#problem-concurrency", "256 is the most");
  await page.option("concurrency", "3");
  await page.option("maxRetries", "1");
  await page.option("timeout", "9");
  await page.click("#options summary", "Beta flags: none");
  await page.click("#betas-list label", FLAG);
  await page.fill("#betas-others", "one-of-tomorrow-2026-12-01");
  await page.see("#betas-count", "2 chosen");
  await page.open();
  await page.tab("options");
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

  await world.clearRequests();
  await page.click("#filters button", "Paste ids…");
  await page.fill("#paste-ids", "../models");
  await page.see("#paste-problems", "Line 1: “../models” is not an id");
  await page.fill("#paste-ids", ` ${good} `);
  await page.click("#paste button", "Delete 1 batch…");
  await page.see("#question", good);
  await page.click("#question button", "Delete 1 batch for good");
  await page.see("#job", "Deleted 1 batch");
  const { requests } = await world.requests();
  assert.deepEqual(
    requests.map(({ method, query }) => [method, query]),
    [["DELETE", "beta=true"]],
    "an id that is not valid was not sent",
  );
  const { "anthropic-beta": betas } = Object.fromEntries(requests[0].headers);
  assert.equal(betas, `${FLAG},one-of-tomorrow-2026-12-01`);
  await page.click("#job button", "Close");
  await page.gone(`[data-receipt="${good}"]`);

  const fault = { match: { method: "DELETE", id: refused }, times: 2, status: 529 };
  await world.faults([{ ...fault, json: OVERLOADED }]);
  await page.click(`[data-batch="${refused}"] .row-delete`);
  await page.click(".panel button", "Delete for good");
  await page.see(".panel", "The API had a problem");
  await page.tab("log");
  await filterLog(page, refused);
}

/** One attempt that worked, and two that failed. */
async function filterLog(page, refused) {
  await page.see("#log-count", /^3 of 3 attempts$/);
  await page.see("#log .log-entry.failed", /^\d\d:\d\d:\d\d DELETE .*529 attempt 2, server/);
  await page.state("attempts");
  await page.choose("#log-filter", "failed");
  await page.see("#log-count", /^2 of 3 attempts$/);
  assert.equal(await page.count("#log .log-entry:not(.failed)"), 0);
  await page.fill("#log-text", refused);
  await page.see("#log-count", /^2 of 3 attempts$/);
  await page.fill("#log-text", "200");
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
