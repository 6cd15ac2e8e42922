// The demo page in a browser, opened and looked at.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const AXE = fileURLToPath(import.meta.resolve("axe-core/axe.min.js"));
const TIMEOUT_MS = 120_000;

/** Opens the page in a context of its own, and checks at the end that nothing went wrong in it. */
export async function openDemo(
  t,
  { browser, demo, colorScheme = "light", forcedColors = "none", loaded = true, prepare },
) {
  const context = await browser.newContext({ colorScheme, forcedColors });
  const errors = watchConsole(context);
  t.after(async () => {
    await context.close();
    assert.deepEqual(errors, [], "no error in the console");
  });
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  await prepare?.(page);
  await page.goto(demo.origin);
  if (loaded) await page.locator("[data-batch]").first().waitFor();
  return page;
}

/** The errors in the console of a context's pages, as they come. */
export function watchConsole(context) {
  const errors = [];
  context.on("weberror", (error) => errors.push(error.error()));
  context.on("console", (message) => {
    // The browser's message about each response above 399 that a script got, and about a broken one.
    const expected = /^Failed to load resource: (the server responded with a status of|net::ERR_)/;
    if (message.type() === "error" && !expected.test(message.text())) errors.push(message.text());
  });
  return errors;
}

/** Returns the violations that axe-core finds on a page. */
export async function violations(page) {
  if (await page.evaluate(() => !globalThis.axe)) await page.evaluate(await readFile(AXE, "utf8"));
  const found = await page.evaluate(() =>
    globalThis.axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      // The passes are not used, and describing them takes most of the time.
      resultTypes: ["violations"],
    }),
  );
  return found.violations.map(({ id, help, nodes }) => ({
    id,
    help,
    nodes: nodes.map(({ html }) => html),
  }));
}
