// The specification in Chromium: through each bundler, without one, and in a worker of the page.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startEmulator } from "../runtimes/emulator.mjs";
import { report } from "../runtimes/report.mjs";
import { BUNDLERS, pagePath } from "./bundles.mjs";
import { launchChromium } from "./launch.mjs";

/**
 * Chromium opens six connections to a server for each context, and some cases keep one busy. So
 * the cases are shared out among contexts, few at a time in each.
 */
const CONTEXTS = 6;
const CONCURRENCY = 2;

/** Enough to see that loading by URL works: what comes after it is the same code. */
const URL_CASES = "wire: ";

let site;
let emulator;
let browser;

before(async () => {
  site = await mkdtemp(join(tmpdir(), "delete-message-batch-site-"));
  [emulator, browser] = await Promise.all([
    startEmulator({ staticFolder: site }),
    launchChromium(),
  ]);
});

after(async () => {
  await browser?.close();
  await emulator?.stop();
  if (site) await rm(site, { recursive: true, force: true });
});

for (const [bundler, bundle] of Object.entries(BUNDLERS)) {
  test(`chromium, ${bundler}`, async (t) => {
    await bundle(site, bundler, "main.mjs");
    const { requested } = await runPages(t, bundler);
    assert.deepEqual(requested.filter(isWasm), [], "the wasm is part of the script");
  });
}

// esbuild does not copy the file that `new URL(..., import.meta.url)` names.
for (const bundler of ["bare", "vite", "webpack"]) {
  test(`chromium, ${bundler}, by URL`, async (t) => {
    const name = `${bundler}-url`;
    await BUNDLERS[bundler](site, name, "main-url.mjs");
    const { requested } = await runPages(t, name, { filter: URL_CASES, contexts: 1 });
    assert.equal(requested.filter(isWasm).length, 1, "the wasm is fetched once");
  });
}

test("chromium, vite, in a worker of the page", async (t) => {
  await BUNDLERS.vite(site, "vite-worker", "main-worker.mjs");
  await runPages(t, "vite-worker");
});

const isWasm = (url) => url.endsWith(".wasm");

async function runPages(t, name, { filter = "", contexts = CONTEXTS } = {}) {
  const requested = [];
  const shares = await Promise.all(
    Array.from({ length: contexts }, (_, index) =>
      runPage(name, requested, { filter, share: { index, of: contexts } }),
    ),
  );
  await report(t, {
    runtime: `chromium, ${name}`,
    results: shares.flatMap(({ results }) => results),
    notApplicable: shares.flatMap(({ notApplicable }) => notApplicable),
  });
  return { requested };
}

async function runPage(name, requested, settings) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.on("request", (request) => requested.push(request.url()));
    const errors = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.goto(`${emulator.origin}${pagePath(name)}`);
    await page.waitForFunction(() => globalThis.specification, undefined, { timeout: 10_000 });
    const all = {
      ...settings,
      filter: process.env.SPEC_FILTER ?? settings.filter,
      runtime: { name: `chromium ${name}`, page: true },
      origin: emulator.origin,
      concurrency: CONCURRENCY,
    };
    const results = await page.evaluate((all) => globalThis.specification(all), all);
    assert.deepEqual(errors, [], "no error that nobody caught");
    return results;
  } finally {
    await context.close();
  }
}
