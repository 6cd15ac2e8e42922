// The page of the Worker in WebKit.

import { test } from "node:test";
import { checkMainPath } from "../browsers/main-path.mjs";
import { startPage } from "../browsers/worker.mjs";
import { startBrowser } from "./browser.mjs";
import { startDisplay } from "./display.mjs";

test("many batches are deleted on the page, and the failed ones again", async (t) => {
  const site = await startPage();
  t.after(site.stop);
  const display = await startDisplay();
  t.after(display.stop);
  const browser = await startBrowser(display.name);
  t.after(browser.stop);
  await checkMainPath(site, async (path) => {
    await browser.open(site.origin);
    return browser.evaluate(path);
  });
});
