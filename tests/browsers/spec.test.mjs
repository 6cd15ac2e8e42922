// The specification in Chromium: through one bundler all cases that are not pure, nightly also the pure ones; a small
// part through each other bundler, without one, and in a worker of the page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BUNDLERS, pagePath } from "./bundles.mjs";
import { launchChromium } from "./launch.mjs";
import { runShares, startSite } from "./site.mjs";
import { SMALL } from "./small.mjs";

/** Each has connections of its own. */
const CONTEXTS = 6;

/** The bundler through which all cases run. */
const WHOLE = "vite";

/** The end of the name of the whole run: run-spec.mjs runs the pure cases for that name. */
const SUFFIX = process.env.NIGHTLY ? " nightly" : "";

const FEW = { filter: SMALL, contexts: 1 };

let site;
let browser;

before(async () => {
  [site, browser] = await Promise.all([startSite(), launchChromium()]);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

for (const [bundler, bundle] of Object.entries(BUNDLERS)) {
  test(`chromium, ${bundler}`, async (t) => {
    await bundle(site.folder, bundler, "main.mjs");
    const isWhole = bundler === WHOLE;
    const { requested } = await runPages(t, bundler, isWhole ? { suffix: SUFFIX } : FEW);
    assert.deepEqual(requested.filter(isWasm), [], "the wasm is part of the script");
  });
}

// esbuild does not copy the file that `new URL(..., import.meta.url)` names.
for (const bundler of ["bare", "vite", "webpack"]) {
  test(`chromium, ${bundler}, by URL`, async (t) => {
    const name = `${bundler}-url`;
    await BUNDLERS[bundler](site.folder, name, "main-url.mjs");
    const { requested } = await runPages(t, name, FEW);
    assert.equal(requested.filter(isWasm).length, 1, "the wasm is fetched once");
  });
}

test("chromium, bare, ./core: nothing of the other wasm is requested", async (t) => {
  await BUNDLERS.bare(site.folder, "bare-core", "main-core.mjs");
  const { requested } = await runPages(t, "bare-core", FEW);
  assert.ok(requested.some((url) => url.includes("/wasm/core")));
  assert.deepEqual(
    requested.filter((url) => url.includes("/wasm/full")),
    [],
  );
});

test("chromium, vite, ./core by URL: one wasm, its own", async (t) => {
  await BUNDLERS.vite(site.folder, "vite-core-url", "main-core-url.mjs");
  const { requested } = await runPages(t, "vite-core-url", FEW);
  const wasm = new Set(requested.filter(isWasm));
  assert.equal(wasm.size, 1, [...wasm].join());
  assert.match([...wasm][0], /core-/);
});

test("chromium, vite, in a worker of the page", async (t) => {
  await BUNDLERS.vite(site.folder, "vite-worker", "main-worker.mjs");
  await runPages(t, "vite-worker", FEW);
});

const isWasm = (url) => url.endsWith(".wasm");

async function runPages(t, name, { filter, contexts = CONTEXTS, suffix = "" } = {}) {
  const requested = [];
  const { origin } = site;
  const wanted = { runtime: `chromium ${name}${suffix}`, origin, shares: contexts, filter };
  await runShares(t, wanted, (settings) => runPage(name, requested, settings));
  return { requested };
}

async function runPage(name, requested, settings) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.on("request", (request) => requested.push(request.url()));
    const errors = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.goto(`${site.origin}${pagePath(name)}`);
    await page.waitForFunction(() => globalThis.specification, undefined, { timeout: 120_000 });
    const results = await page.evaluate((all) => globalThis.specification(all), settings);
    assert.deepEqual(errors, [], "no error that nobody caught");
    return results;
  } finally {
    await context.close();
  }
}
