// What the page shows where something is missing: a session, the network, the Worker, its key.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchChromium } from "./launch.mjs";
import { openDemo, violations } from "./page.mjs";
import { SECRET, startPage } from "./worker.mjs";

let site;
let browser;

before(async () => {
  [site, browser] = await Promise.all([startPage({ isOpen: false }), launchChromium()]);
  await site.world.create({ count: 5 });
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

test("sign-in: a wrong secret is said, then how long to wait; signing out", async (t) => {
  const page = await openPage(t, { loaded: false });
  assert.deepEqual(await violations(page), []);
  const attempt = async (secret) => {
    await page.getByLabel("The operator’s secret").fill(secret);
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  for (let wrong = 0; wrong < 3; wrong += 1) {
    await attempt("wrong");
    await page.getByText("That is not the secret.").waitFor();
  }
  assert.deepEqual(await violations(page), []);
  // From then on each has to wait for twice as long as the one before.
  const waiting = page.getByText(/Too many wrong secrets\. Try again in \d+ s\./);
  for (let wrong = 0; wrong < 6 && !(await waiting.isVisible()); wrong += 1) {
    await attempt("wrong");
    await page.waitForURL(/\?(wrong|wait=\d+)$/);
    await page.locator("#refused:not(:empty)").waitFor();
  }
  await waiting.waitFor();
  await page.getByText("Try again now.").waitFor();
  await attempt(SECRET);
  await page.locator("[data-batch]").first().waitFor();
  assert.deepEqual(await violations(page), []);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("The operator’s secret").waitFor();
});

test("a session that has expired: the rows stay, and it goes on after signing in elsewhere", async (t) => {
  const page = await openPage(t, { prepare: signIn });
  const cookies = await page.context().cookies(site.origin);
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Reload" }).click();
  const banner = page.locator("#banner");
  await banner.getByText("You are signed out.").waitFor();
  assert.equal(
    await banner.getByRole("link", { name: "Sign in" }).getAttribute("target"),
    "_blank",
  );
  assert.equal(await page.locator("[data-batch]").count(), 5, "the rows stay");
  assert.deepEqual(await violations(page), []);
  await page.getByLabel("Select all that are shown").check();
  await page.getByRole("button", { name: "Delete 5 batches…" }).click();
  await page.getByRole("button", { name: "Delete 5 batches for good" }).click();
  await page.locator("#bulk").getByText("Deleted 0 batches").waitFor();
  assert.equal((await site.world.batches()).batches.length, 5);
  await page.context().addCookies(cookies);
  await banner.getByRole("button", { name: "Try again" }).click();
  await banner.waitFor({ state: "hidden" });
  await page.getByText("all 5, newest first").waitFor();
});

test("offline, and back", async (t) => {
  const page = await openPage(t, { prepare: signIn });
  await page.context().setOffline(true);
  await page.locator("#banner").getByText("You are offline.").waitFor();
  assert.deepEqual(await violations(page), []);
  await page.context().setOffline(false);
  await page.locator("#banner").waitFor({ state: "hidden" });
  assert.equal(await page.locator("[data-batch]").count(), 5);
});

test("a Worker that doesn't respond, or not in time", async (t) => {
  const page = await openPage(t, { prepare: signIn });
  await page.route("**/api/**", (route) => route.abort("connectionrefused"));
  await page.route("**/config", (route) => route.abort("connectionrefused"));
  await page.getByRole("button", { name: "Reload" }).click();
  await page.locator("#banner").getByText("The Worker doesn’t respond.").waitFor();
  await page.locator("#batches-foot").getByText("The list could not be read.").waitFor();
  assert.deepEqual(await violations(page), []);
});

test("a list that takes long says so, and can be stopped", async (t) => {
  const page = await openPage(t, {
    loaded: false,
    prepare: async (page) => {
      await page.clock.install();
      await signIn(page);
      await page.route("**/api/**", () => {});
    },
  });
  await page.getByText("Reading the list…").waitFor();
  await page.clock.runFor(5_000);
  await page.getByText(/Reading the list… \d s so far/).waitFor();
  assert.deepEqual(await violations(page), []);
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("Reading was stopped.").waitFor();
  await page.unrouteAll();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("[data-batch]").first().waitFor();
});

test("a Worker that is not configured names the variable", async (t) => {
  const page = await openPage(t, { prepare: signIn });
  const text = "Nobody can sign in: set OPERATOR_SECRET, or ACCESS_TEAM and ACCESS_AUDIENCE.";
  await page.route("**/config", (route) => route.fulfill({ status: 503, body: text }));
  await page.route("**/api/**", (route) => route.fulfill({ status: 403, json: {} }));
  await page.getByRole("button", { name: "Reload" }).click();
  await page.locator("#banner").getByText(text).waitFor();
  assert.deepEqual(await violations(page), []);
});

test("a Worker without a key says which variable to set", async (t) => {
  const other = await startPage({ vars: { ANTHROPIC_API_KEY: "" } });
  t.after(other.stop);
  const page = await openDemo(t, { browser, demo: other, loaded: false });
  await page
    .locator("#batches-foot")
    .getByText(/ANTHROPIC_API_KEY/)
    .waitFor();
  assert.deepEqual(await violations(page), []);
});

const openPage = (t, options) => openDemo(t, { browser, demo: site, ...options });

/** The cookie is for https alone, which browsers take this machine's own address for. */
async function signIn(page) {
  await page.context().request.post(`${site.origin}/sign-in`, {
    headers: { origin: site.origin },
    form: { secret: SECRET },
    maxRedirects: 0,
  });
}
