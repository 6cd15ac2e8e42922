// The specification in Firefox: all of it in a page; the cases that differ, in a worker of it. Chromium tests the
// bundlers, whose output is the same for each browser.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BUNDLERS, pagePath } from "../browsers/bundles.mjs";
import { runShares, startSite } from "../browsers/site.mjs";
import { SMALL } from "../browsers/small.mjs";
import { launchFirefox } from "./launch.mjs";

/** Each has connections of its own. */
const CONTEXTS = 4;

let site;
let browser;

before(async () => {
  [site, browser] = await Promise.all([startSite(), launchFirefox()]);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

for (const [name, main, filter] of [
  ["vite", "main.mjs"],
  ["vite-worker", "main-worker.mjs", SMALL],
  ["vite-core", "main-core.mjs", SMALL],
]) {
  test(`firefox, ${name}`, async (t) => {
    await BUNDLERS.vite(site.folder, name, main);
    const { origin } = site;
    const wanted = { runtime: `firefox ${name}`, origin, shares: CONTEXTS, filter };
    await runShares(t, wanted, (settings) => runPage(name, settings));
  });
}

async function runPage(name, settings) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage({ type: "window" });
    const errors = [];
    page.on("pageerror", (error) => {
      // Firefox asks every site for an icon, of which the page's policy knows nothing.
      if (!error.message.includes("/favicon.ico")) errors.push(error);
    });
    await page.goto(`${site.origin}${pagePath(name)}`);
    const results = await page.evaluate((all) => globalThis.specification(all), settings);
    assert.deepEqual(errors, [], "no error that nobody caught");
    return results;
  } finally {
    await context.close();
  }
}
