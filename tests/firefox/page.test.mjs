// The page of the Worker in Firefox.

import { test } from "node:test";
import { checkMainPath } from "../browsers/main-path.mjs";
import { startPage } from "../browsers/worker.mjs";
import { launchFirefox } from "./launch.mjs";

test("many batches are deleted on the page, and the failed ones again", async (t) => {
  const site = await startPage();
  t.after(site.stop);
  const browser = await launchFirefox();
  t.after(() => browser.close());
  const page = await browser.newPage();
  await checkMainPath(site, async (path) => {
    await page.goto(site.origin);
    return page.evaluate(path);
  });
});
