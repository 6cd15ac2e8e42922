// The specification in WebKit: all of it in a page; the cases that differ, in a worker of it. Chromium tests the
// bundlers, whose output is the same for each browser.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BUNDLERS, pagePath } from "../browsers/bundles.mjs";
import { runShares, startSite } from "../browsers/site.mjs";
import { SMALL } from "../browsers/small.mjs";
import { startBrowser } from "./browser.mjs";
import { startDisplay } from "./display.mjs";

/** Each has connections of its own. */
const BROWSERS = 3;

let site;
let display;
const browsers = [];

before(async () => {
  [site, display] = await Promise.all([startSite(), startDisplay()]);
  // One after the other: the port that is free for one must not be for the next.
  while (browsers.length < BROWSERS) browsers.push(await startBrowser(display.name));
});

after(async () => {
  await Promise.all(browsers.map((browser) => browser.stop()));
  await display?.stop();
  await site?.stop();
});

for (const [name, main, filter] of [
  ["vite", "main.mjs"],
  ["vite-worker", "main-worker.mjs", SMALL],
  ["vite-core", "main-core.mjs", SMALL],
]) {
  test(`webkit, ${name}`, async (t) => {
    await BUNDLERS.vite(site.folder, name, main);
    const { origin } = site;
    const wanted = { runtime: `webkit ${name}`, origin, shares: BROWSERS, filter };
    await runShares(t, wanted, (settings, index) => runPage(browsers[index], name, settings));
  });
}

async function runPage(browser, name, settings) {
  await browser.goto(`${site.origin}${pagePath(name)}`);
  const { results, errors } = await browser.evaluate(runInPage, settings);
  assert.deepEqual(errors, [], "no error that nobody caught");
  return results;
}

/** Runs in the page, and watches it: WebDriver tells of no errors. */
async function runInPage(settings) {
  const errors = [];
  addEventListener("error", ({ message }) => errors.push(message));
  addEventListener("unhandledrejection", ({ reason }) => errors.push(String(reason)));
  // Under load, WebKit has said that the page was loaded before its module had run.
  const end = performance.now() + 120_000;
  while (!globalThis.specification) {
    if (performance.now() > end)
      throw new Error("not within 120 s: the module of the page has run");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const results = await globalThis.specification(settings);
  return { results, errors };
}
