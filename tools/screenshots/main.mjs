// `npm run screenshots`: twelve states of the page in four widths, light and dark, in docs/screenshots/.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { launchChromium } from "../../tests/browsers/launch.mjs";
import { SECRET, startPage } from "../../tests/browsers/worker.mjs";
import { ROOT } from "../shared/run.mjs";
import { main } from "../shared/say.mjs";
import { fillEmulator } from "../start/emulator.mjs";

const FOLDER = join(ROOT, "docs/screenshots");
const WIDTHS = [320, 768, 1_440, 2_560];
const HEIGHT = 720;
/** WebP's, up to 100: letters can be read, and all pictures together stay below 4 MB. */
const QUALITY = 50;
const FORBIDDEN = {
  type: "error",
  error: { type: "permission_error", message: "This workspace may not delete it." },
};

/** Each brings the page to a state. They build on each other. */
const STATES = {
  async list(page) {
    await page.locator("[data-batch]").first().waitFor();
    // In a drawer that is closed on a narrow page.
    await page.locator("#retention .facts").first().waitFor({ state: "attached" });
  },
  async retention(page) {
    const press = (name) => page.locator("#retention").getByRole("button", { name }).click();
    if (await page.locator("#panel-toggle").isVisible())
      await page.locator("#panel-toggle").click();
    for (const name of ["Preview", "Dry run", "Close", "Preview"]) await press(name);
    await page.locator("#retention").getByText("This can’t be undone.").waitFor();
  },
  async "one-batch"(page) {
    await page.locator("#retention").getByRole("button", { name: "Keep them" }).click();
    await page.locator("#tab-retention").press("Escape");
    await page.locator(".row-id").nth(1).click();
    await page.locator(".row-delete").nth(1).click();
    await page.locator(".panel").waitFor();
  },
  async paste(page) {
    await page.getByRole("button", { name: "Keep it" }).click();
    await page.locator(".row-id").nth(1).click();
    await page.getByRole("button", { name: "Paste ids…" }).click();
    const lines = [
      "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF",
      "msgbatch 02",
      "msgbatch_01EoA4egEK5SBIuT6yJwPb1d",
    ];
    await page.locator("#paste-ids").fill([...lines, lines[0]].join("\n"));
    await page.locator("#paste-problems").waitFor();
  },
  async selected(page) {
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.locator("#select-all").check();
    await page.getByText(/^[\d,]+ selected$/).waitFor();
  },
  async question(page) {
    await page.getByRole("button", { name: /^Delete [\d,]+ batches…$/ }).click();
    await page.locator("#question-title").waitFor();
  },
  async progress(page, { world }) {
    await world.faults([
      { match: { method: "DELETE" }, times: null, rate: 0.08, status: 403, json: FORBIDDEN },
      { match: { method: "DELETE" }, times: null, delayMs: 300 },
    ]);
    const label = await page.getByText(/^Type \d+ to confirm$/).textContent();
    await page.locator("#bulk-typed").fill(/\d+/.exec(label)[0]);
    await page.getByRole("button", { name: / for good$/ }).click();
    await page.getByText(/^[1-9]\d* of \d+ done$/).waitFor();
  },
  async results(page) {
    await page.locator("#job .outcome-title").waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "See Results" }).click();
    await page.locator("#results summary").first().click();
    await page.locator("#results .failures").waitFor();
  },
  async ledger(page) {
    await page.locator("#tab-ledger").click();
    await page.locator("#ledger-id").fill("msgbatch_01");
    await page.locator("#ledger-id").press("Enter");
    await page.locator("#ledger-entries li").first().waitFor();
  },
  async options(page) {
    await page.locator("#tab-options").click();
    await page.locator("#option-concurrency").fill("500");
  },
  async "signed-out"(page) {
    await page.locator("#tab-options").press("Escape");
    await page.locator("#job").getByRole("button", { name: "Close" }).click();
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Reload" }).click();
    await page.locator("#banner").getByText("You are signed out.").waitFor();
  },
  async "sign-in"(page, { origin }) {
    await page.goto(`${origin}/?wrong`);
    await page.getByText("That is not the secret.").waitFor();
  },
};

await main(async () => {
  mkdirSync(FOLDER, { recursive: true });
  const browser = await launchChromium();
  try {
    for (const width of WIDTHS) {
      for (const colorScheme of ["light", "dark"]) await take(browser, width, colorScheme);
    }
  } finally {
    await browser.close();
  }
});

async function take(browser, width, colorScheme) {
  const site = await startPage({ isOpen: false, vars: { RETENTION_DAYS: "14" } });
  try {
    await site.world.create({ count: 140, ageSeconds: 12 * 86_400, requests: 240 });
    await fillEmulator(site.world.url);
    const viewport = { width, height: HEIGHT };
    const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
    await context.request.post(`${site.origin}/sign-in`, {
      headers: { origin: site.origin },
      form: { secret: SECRET },
      maxRedirects: 0,
    });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    page.setDefaultTimeout(30_000);
    await page.goto(site.origin);
    for (const [name, open] of Object.entries(STATES)) {
      await open(page, site);
      // Playwright's own pictures are never WebP.
      const wanted = { format: "webp", quality: QUALITY };
      const { data } = await devtools.send("Page.captureScreenshot", wanted);
      const path = join(FOLDER, `${name}-${width}-${colorScheme}.webp`);
      writeFileSync(path, Buffer.from(data, "base64"));
      console.log(path);
    }
  } finally {
    await site.stop();
  }
}
