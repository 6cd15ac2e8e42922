// The page of `npm start` in Chromium, and the clipboard, which Chromium alone lets a test read.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startDemo } from "./demo.mjs";
import { launchChromium } from "./launch.mjs";
import { openDemo } from "./page.mjs";

let demo;
let browser;

before(async () => {
  [demo, browser] = await Promise.all([startDemo(), launchChromium()]);
});

after(async () => {
  await browser?.close();
  await demo?.kill("SIGTERM");
});

test("the demo deletes, and hands on no cookie; an id can be copied", async (t) => {
  const id = await demo.emulator.add({ status: "ended", requests: 1_204 });
  const page = await openDemo(t, { browser, demo });
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.context().addCookies([{ name: "session", value: "private", url: demo.origin }]);
  await page.getByText("emulator on this machine").waitFor();
  const row = page.locator(`[data-batch="${id}"]`);
  assert.match(await row.textContent(), /1,204 succeeded/);
  await row.getByRole("button", { name: `Delete ${id}` }).click();
  await row.getByRole("button", { name: "Delete for good" }).click();
  const receipt = page.locator(`[data-receipt="${id}"]`);
  await receipt.getByRole("button", { name: "Copy Request id" }).click();
  await receipt.getByText("Copied").waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^req_\w+$/);

  const [{ method, headers }] = await demo.emulator.requests(id);
  assert.equal(method, "DELETE");
  const names = headers.map(([name]) => name.toLowerCase());
  assert.ok(names.includes("x-api-key"));
  for (const name of ["origin", "cookie", "referer", "authorization", "anthropic-beta"]) {
    assert.ok(!names.includes(name), name);
  }
  assert.ok((await demo.emulator.state()).deleted.includes(id));
});
