// `npm run screenshots`: the page in its main states, in docs/screenshots/. With `--all`, in every width
// and colour scheme, into a folder for review.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launchChromium } from "../../tests/browsers/launch.mjs";
import { SECRET, startPage } from "../../tests/browsers/worker.mjs";
import { ROOT } from "../shared/run.mjs";
import { main } from "../shared/say.mjs";
import { fillEmulator } from "../start/emulator.mjs";

const SIZE = { width: 1_360, height: 800 };
const WIDTHS = [320, 768, 1_440, 2_560];
const FORBIDDEN = {
  type: "error",
  error: { type: "permission_error", message: "This workspace may not delete it." },
};

/** Each brings the page to a state. They build on each other. */
const STATES = {
  async list(page) {
    await page.locator("[data-batch]").first().waitFor();
    await page.waitForTimeout(500);
  },
  async details(page) {
    await page.locator(".row-id").nth(1).click();
    await page.locator(".details").waitFor();
  },
  async selected(page) {
    await page.locator(".row-id").nth(1).click();
    await page.getByLabel("Select all that are shown").check();
    await page.getByText(/^[\d,]+ selected$/).waitFor();
  },
  async question(page) {
    await page.getByRole("button", { name: /^Delete [\d,]+ batches…$/ }).click();
  },
  async progress(page, { world }) {
    await world.faults([
      { match: { method: "DELETE" }, times: null, rate: 0.08, status: 403, json: FORBIDDEN },
      { match: { method: "DELETE" }, times: null, delayMs: 40 },
    ]);
    const label = await page.getByText(/^Type \d+ to confirm$/).textContent();
    await page.locator("#bulk-typed").fill(/\d+/.exec(label)[0]);
    await page.getByRole("button", { name: / for good$/ }).click();
    await page.getByText(/^[1-9]\d+ of \d+ done$/).waitFor();
  },
  async results(page) {
    await page
      .locator("#bulk")
      .getByText(/^Deleted /)
      .waitFor({ timeout: 60_000 });
    await page.locator("#results summary").first().click();
    await page.waitForTimeout(600);
  },
  async "signed-out"(page) {
    await page.getByRole("button", { name: "Close" }).first().click();
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Reload" }).click();
    await page.locator("#banner").getByText("You are signed out.").waitFor();
    await page.waitForTimeout(500);
  },
  async "sign-in"(page, { origin }) {
    await page.goto(`${origin}/?wrong`);
    await page.getByText("That is not the secret.").waitFor();
  },
};

await main(async () => {
  const isAll = process.argv.includes("--all");
  const folder = join(ROOT, isAll ? "target/screenshots" : "docs/screenshots");
  mkdirSync(folder, { recursive: true });
  const browser = await launchChromium();
  const variants = isAll
    ? WIDTHS.flatMap((width) => ["light", "dark"].map((colorScheme) => ({ width, colorScheme })))
    : [{ colorScheme: "light" }];
  try {
    for (const variant of variants) await take(browser, folder, variant);
  } finally {
    await browser.close();
  }
});

async function take(browser, folder, { width, colorScheme }) {
  const site = await startPage({ isOpen: false, vars: { RETENTION_DAYS: "14" } });
  try {
    await site.world.create({ count: 140, ageSeconds: 12 * 86_400, requests: 240 });
    await fillEmulator(site.world.url);
    const viewport = width ? { width, height: width < 500 ? 800 : 1_000 } : SIZE;
    const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
    await context.request.post(`${site.origin}/sign-in`, {
      headers: { origin: site.origin },
      form: { secret: SECRET },
      maxRedirects: 0,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(site.origin);
    for (const [name, open] of Object.entries(STATES)) {
      await open(page, site);
      const suffix = width ? `-${width}-${colorScheme}` : "";
      const path = join(folder, `${name}${suffix}.png`);
      await page.screenshot({ path, fullPage: width === 320 });
      console.log(path);
    }
  } finally {
    await site.stop();
  }
}
