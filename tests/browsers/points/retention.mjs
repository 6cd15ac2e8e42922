// Retention on the page: the rule, the preview, the job of the Worker's ledger, and a Worker without a rule.

import assert from "node:assert/strict";

const DAY_S = 86_400;
const OLD = 300;

/** A job is followed by a page that is opened later, stopped there, and run again to its end. */
export async function retention(page, { world }) {
  const running = (await world.create({ status: "in_progress", ageSeconds: 15 * DAY_S })).batches;
  const young = (await world.create({ ageSeconds: 13 * DAY_S })).batches;
  await world.create({ count: OLD, ageSeconds: 15 * DAY_S });
  await world.settings({ processingMs: null });
  // The job takes minutes, so it is stopped in the middle, however slow the page and its driver are.
  await world.faults([{ match: { method: "DELETE" }, times: null, delayMs: 2_000 }]);
  await page.open();
  await page.see("#retention-rule", "were created more than 14 days ago");
  await page.see("#retention-when", "Last hourly run");
  await page.click("#retention button", "Preview");
  await page.see("#retention", /Delete 300 batches with their results\?.*Oldest.*Newest/);
  await page.state("preview");
  await page.click("#retention button", "Dry run");
  await page.see(
    "#retention",
    /Counted 300 batches: nothing was deleted.*Oldest.*Newest.*10 of them/,
  );
  await page.click("#retention button", "Close");
  await page.click("#retention button", "Preview");
  assert.equal((await world.batches()).batches.length, OLD + 2, "nothing is gone yet");
  await page.fill("#retention-typed", "300");
  await page.click("#retention button", "Delete 300 batches for good");
  await page.see("#retention", /[1-9]\d* of 300 are gone/);

  await page.open();
  await page.see("#retention", /[1-9]\d* of 300 are gone.*It continues without this page\./);
  await page.see("#retention-when", /Oldest overdue1[56] days old/);
  await page.state("retention runs");
  await page.click("#retention button", "Stop");
  const stopped = await page.see("#retention .outcome-title", /^Stopped\. Deleted \d+ batch/);
  const { length } = (await world.batches()).batches;
  assert.equal(OLD + 2 - length, Number(/\d+/.exec(stopped)[0]));
  assert.ok(length > 2, "stopped before its end");
  await page.click("#retention button", "Close");

  await world.clearFaults();
  const left = length - 2;
  const batches = left === 1 ? "1 batch" : `${left} batches`;
  await page.click("#retention button", "Preview");
  if (left > 100) await page.fill("#retention-typed", `${left}`);
  await page.click("#retention button", `Delete ${batches} for good`);
  await page.see("#retention .outcome-title", `Deleted ${batches}`);
  await page.see("#batches-count", "2 batches");
  const kept = (await world.batches()).batches.map(({ id }) => id);
  assert.deepEqual(kept.toSorted(), [...running, ...young].map(({ id }) => id).toSorted());
  await page.see("#retention-jobs tr", new RegExp(`operator 14 days ${left} 0 `));
  assert.match(await page.attribute("#retention-jobs a", "href"), /^\/ledger\?format=csv&job=\d+$/);
  await page.state("retention has run");
  await page.click("#retention button", "Close");
  await page.click("#retention button", "Preview");
  await page.see("#retention", "Nothing is that old.");
}

export async function retentionOff(page, site) {
  await site.configured({ RETENTION_DAYS: "off" }, async () => {
    await page.open();
    await page.see("#retention", /Retention is off.*set RETENTION_DAYS/);
    await page.state("retention is off");
  });
}

export async function retentionWrong(page, site) {
  await site.configured({ RETENTION_DAYS: "14d" }, async () => {
    await page.open();
    await page.see("#retention", "Nothing is deleted by the rule until this is corrected");
    await page.see("#retention", /RETENTION_DAYS must be a whole number of days from 1 to 3650/);
    await page.state("retention is misconfigured");
  });
}

export async function workspaces(page, site) {
  const { world } = site;
  await world.create({ count: 3, ageSeconds: 86_400 });
  const list = ["eu", "us"].map((name) => ({ name, key: `KEY_${name.toUpperCase()}`, days: 14 }));
  const keys = { KEY_EU: "sk-ant-eu", KEY_US: "sk-ant-us" };
  const vars = { RETENTION_DAYS: "off", WORKSPACES: JSON.stringify(list), ...keys };
  const { host } = new URL(world.url);
  const used = async () => {
    const { requests } = await world.requests();
    return [
      ...new Set(requests.map(({ headers }) => JSON.stringify(headers).match(/sk-ant-\w+/)[0])),
    ];
  };
  await site.configured(vars, async () => {
    await page.open();
    await isAt(page, "eu");
    await page.see("[data-batch]");
    assert.deepEqual(await used(), ["sk-ant-eu"]);
    await world.clearRequests();
    await page.choose("#workspace", "us");
    await isAt(page, "us");
    await page.hasQuery("?workspace=us");
    await page.see("[data-batch]");
    await page.fill("#filter-id", "msgbatch");
    await page.hasQuery("?workspace=us&id=msgbatch");
    await page.click("#select-all");
    await page.click("#bulk button", "Delete 3 batches…");
    await page.see("#question", `Server${host} (demo)Workspaceus`);
    await page.state("two workspaces");
    await page.click("#question button", "Delete 3 batches for good");
    await page.see("#job .outcome-title", /^Deleted 3 batches$/);
    assert.deepEqual(await used(), ["sk-ant-us"]);
    assert.equal((await world.stats()).deleted, 3);
    // A result of one workspace is not a result of another.
    await page.choose("#workspace", "eu");
    await isAt(page, "eu");
    assert.equal(await page.run(async () => sessionStorage.getItem("eu:receipts.0")), null);
    assert.notEqual(await page.run(async () => sessionStorage.getItem("us:receipts.0")), null);
  });
}

/** The header names the workspace, in a list of all. */
const isAt = (page, name) => page.see(`#workspace[data-workspace=${name}]`);

/** A hold is placed with a reason, keeps the page from deleting its batch, and is released with another. */
export async function holds(page, { world }) {
  const [{ id }] = (await world.create({ ageSeconds: 15 * DAY_S })).batches;
  await page.open();
  // From then on, nothing above it moves.
  await page.see("#retention-panel button", "Preview");
  await page.click("#holds summary", "Holds");
  await page.fill("#hold-pattern", id);
  await page.fill("#hold-reason", "case <17>");
  await page.click("#holds button", "Place hold");
  await page.see("#holds", /Holds \(1\).*case <17>, by operator/);
  await page.state("a hold");
  await page.click("#retention button", "Preview");
  await page.see("#retention", "Nothing is that old.");
  await page.click("#retention button", "Close");

  await page.click("#holds button", "Release…");
  await page.see("#holds", /Release msgbatch_\w+\? The rule may delete it from then on\./);
  await page.fill("#hold-reason", "it is closed");
  await page.click("#holds form button", "Release");
  await page.see("#holds summary", /^Holds$/);
  assert.equal((await world.stats()).deleted, 0);
}
