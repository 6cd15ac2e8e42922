// The page without a session, the network, the Worker, its variables, batches, or a response in time: it names the
// problem and the next step.

import assert from "node:assert/strict";
import { SECRET } from "../worker.mjs";

const BATCHES = 5;

export async function signingIn(page, site) {
  await site.world.create({ count: BATCHES });
  await page.open("/?wait=3600");
  await page.see("#refused", /^Too many wrong secrets\. Try again in 3[56]\d\d s\.$/);
  await page.open("/?wait=1");
  await page.see("#refused", "Try again now.");
  assert.equal(await page.run(async () => document.activeElement.id), "secret");
  await page.state("sign-in");
  await page.fill("#secret", "not-the-secret-of-this");
  await page.click("button", "Sign in");
  await page.see("#refused", "That is not the secret.");
  await page.state("a wrong secret");
  await page.fill("#secret", SECRET);
  await page.press("Enter");
  await page.see("[data-batch]");
  await page.click("button", "Sign out");
  await page.see("label", "The operator’s secret");
  await page.fill("#secret", SECRET);
  await page.click("button", "Sign in");
  await page.see("#batches-count", `${BATCHES} batches`);
}

/** The rows stay, nothing counts as deleted, and the page resumes after a sign-in in another tab. */
export async function signedOut(page, site) {
  await listed(page, site);
  await page.run(async () => {
    await fetch("/sign-out", { method: "POST" });
  });
  await page.click("#reload");
  await page.see("#banner", "You are signed out.");
  assert.equal(await page.attribute("#banner a", "target"), "_blank");
  await page.state("signed out");
  await page.many("[data-batch]", BATCHES);
  await page.click("#select-all");
  await page.click("#bulk button", `Delete ${BATCHES} batches…`);
  await page.click("#question button", `Delete ${BATCHES} batches for good`);
  await page.see("#job .outcome-title", "Stopped. Deleted 0 batches, 5 were not deleted");
  await page.see("#job button", "Resume (5 left)…");
  await page.many(".row[data-state=failed]", 0);
  await page.click("[data-batch] .row-delete");
  await page.click(".panel button", "Delete for good");
  await page.see(".panel", "You are signed out. The batch was not deleted.");
  assert.equal((await site.world.batches()).batches.length, BATCHES);
  await page.run(async (secret) => {
    await fetch("/sign-in", { method: "POST", body: new URLSearchParams({ secret }) });
  }, SECRET);
  await page.click("#banner button", "Try again");
  await recovered(page);
}

export async function offline(page, site) {
  await listed(page, site);
  // Not every driver can cut the network off.
  site.become("down");
  await page.setOffline(true);
  await page.see("#banner", "Offline. Requests fail until the network returns.");
  await page.click("#select-all");
  await page.click("#bulk button", `Delete ${BATCHES} batches…`);
  await page.click("#question button", `Delete ${BATCHES} batches for good`);
  await page.see("#job .outcome-title", /^Stopped\. Deleted 0 batches/);
  await page.see("#banner", /Offline\. \d deletions? failed; retry when you are back\./);
  await page.see(".row .state", "failed: connection");
  await page.state("offline");
  site.become("up");
  await page.setOffline(false);
  await page.gone("#banner");
  await page.tab("results");
  await page.click("#results summary", "connection");
  await page.click("#results button", "Retry");
  await page.click("#question button", "for good");
  await page.see("#job .outcome-title", /^Deleted \d batch/);
}

/** The Worker knows the operator, and refuses. */
export async function forbidden(page, site) {
  await listed(page, site);
  site.become("forbidden");
  await page.click("#reload");
  await page.see("#banner", "You are not allowed to use this page.");
  await page.state("forbidden");
  await page.many("[data-batch]", BATCHES);
  site.become("up");
  await page.click("#banner button", "Try again");
  await recovered(page);
}

export async function workerDown(page, site) {
  await listed(page, site);
  site.become("down");
  await page.click("#reload");
  await page.see("#banner", "The Worker doesn’t respond.");
  await page.see("#batches-foot", "The list could not be read.");
  await page.state("the Worker is down");
  await page.many("[data-batch]", BATCHES);
  site.become("up");
  await page.click("#banner button", "Try again");
  await recovered(page);
}

export async function workerSilent(page, site) {
  await listed(page, site);
  await page.option("timeout", "1");
  await page.run(async () => {
    const real = AbortSignal.timeout;
    globalThis.slowly = () => {
      AbortSignal.timeout = real;
    };
    AbortSignal.timeout = (ms) => real.call(AbortSignal, ms / 20);
  });
  site.become("silent");
  await page.click("#reload");
  await page.see("#banner", "The Worker doesn’t respond in time.");
  await page.state("the Worker is silent");
  await page.run(async () => globalThis.slowly());
  await page.option("timeout", "60");
  site.become("up");
  await page.click("#banner button", "Try again");
  await recovered(page);
}

export async function notConfigured(page, site) {
  await listed(page, site);
  await site.configured({ OPERATOR_SECRET: "", ANTHROPIC_API_KEY: "" }, async () => {
    await page.click("#reload");
    await page.see("#banner", /not configured.*set OPERATOR_SECRET, or ACCESS_TEAM/);
    await page.see("#batches-foot", "ANTHROPIC_API_KEY is not set");
    await page.state("not configured");
  });
  await page.click("#banner button", "Try again");
  await recovered(page);
}

export async function listFails(page, site) {
  await site.world.create({ count: BATCHES });
  await site.world.faults([{ match: { path: "limit=" }, times: 1, status: 500, json: {} }]);
  await page.open();
  await page.see("[data-batch]");
  await page.option("maxRetries", "0");
  await site.world.faults([{ match: { path: "limit=" }, times: 1, status: 500, json: {} }]);
  await page.click("#reload");
  await page.see("#batches-foot", /could not be read.*500.*Request id req_\w+/);
  await page.state("the API fails");
  await page.click("#batches-foot button", "Try again");
  await page.gone("#batches-foot", "could not be read");
  await page.see("#batches-count", `${BATCHES} batches`);
}

export async function listHangs(page, site) {
  await listed(page, site);
  await site.world.faults([{ match: { path: "limit=" }, times: null, hang: true }]);
  await page.click("#reload");
  await page.see("#batches-foot", "Reading the list…");
  await page.see("#batches-foot", /Reading the list… \d s so far/);
  await page.state("loading");
  await page.click("#batches-foot button", "Stop");
  await page.see("#batches-foot", "Reading was stopped.");
  await page.state("stopped");
  await page.open();
  await page.see("#batches-foot .skeleton");
  await site.world.clearFaults();
  await page.open();
  await recovered(page);
}

export async function empty(page) {
  await page.open();
  await page.see("#batches-foot", "There are no batches.");
  await page.state("empty");
}

export async function live(page, site) {
  await site.world.create();
  await page.open();
  await page.see("#mode", "Demo emulator on this machine");
  await site.configured({ DEMO: "" }, async () => {
    await page.open();
    await page.see("[data-batch]");
    await page.see("#mode", /^Live 127\.0\.0\.1:\d+$/);
    await page.state("live");
  });
}

async function listed(page, site) {
  await site.world.create({ count: BATCHES });
  await page.open();
  await page.see("#batches-count", `${BATCHES} batches`);
  await page.option("maxRetries", "0");
}

async function recovered(page) {
  await page.gone("#banner");
  await page.gone("#batches-foot > *");
  await page.see("#batches-count", `${BATCHES} batches`);
}
