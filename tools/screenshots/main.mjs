// `npm run screenshots`: the page's main states, in docs/screenshots/. With `-- --all`, every state in every width and
// colour scheme, into target/screenshots/, for a review.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launchChromium } from "../../tests/browsers/launch.mjs";
import { SECRET, startPage } from "../../tests/browsers/worker.mjs";
import { ROOT } from "../shared/run.mjs";
import { main } from "../shared/say.mjs";
import { fillEmulator } from "../start/emulator.mjs";

const SIZE = { width: 1_440, height: 820 };
const WIDTHS = [320, 768, 1_440, 2_560];
/** The states that docs/ has. */
const KEPT = { light: ["list", "selected", "question", "progress", "results"], dark: ["list"] };
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
  async details(page) {
    await page.locator(".row-id").nth(1).click();
    await page.locator(".details").waitFor();
  },
  async "one-batch"(page) {
    await page.locator(".row-id").nth(1).click();
    await page.locator(".row-delete").nth(1).click();
    await page.locator(".panel").waitFor();
  },
  async paste(page) {
    await page.getByRole("button", { name: "Keep it" }).click();
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
      { match: { method: "DELETE" }, times: null, delayMs: 40 },
    ]);
    const label = await page.getByText(/^Type \d+ to confirm$/).textContent();
    await page.locator("#bulk-typed").fill(/\d+/.exec(label)[0]);
    await page.getByRole("button", { name: / for good$/ }).click();
    await page.getByText(/^[1-9]\d+ of \d+ done$/).waitFor();
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
  const isAll = process.argv.includes("--all");
  const folder = join(ROOT, isAll ? "target/screenshots" : "docs/screenshots");
  mkdirSync(folder, { recursive: true });
  const browser = await launchChromium();
  const schemes = ["light", "dark"];
  const variants = (isAll ? WIDTHS : [SIZE.width]).flatMap((width) =>
    schemes.map((colorScheme) => ({ width, colorScheme })),
  );
  try {
    for (const variant of variants) await take(browser, folder, variant, isAll);
  } finally {
    await browser.close();
  }
});

async function take(browser, folder, { width, colorScheme }, isAll) {
  const site = await startPage({ isOpen: false, vars: { RETENTION_DAYS: "14" } });
  try {
    await site.world.create({ count: 140, ageSeconds: 12 * 86_400, requests: 240 });
    await fillEmulator(site.world.url);
    const viewport = { width, height: SIZE.height };
    const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
    await context.request.post(`${site.origin}/sign-in`, {
      headers: { origin: site.origin },
      form: { secret: SECRET },
      maxRedirects: 0,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(site.origin);
    for (const [name, open] of Object.entries(STATES)) {
      await open(page, site);
      if (!isAll && !KEPT[colorScheme].includes(name)) continue;
      const suffix = isAll ? `-${width}-${colorScheme}` : colorScheme === "dark" ? "-dark" : "";
      const path = join(folder, `${name}${suffix}.png`);
      await page.screenshot({ path });
      console.log(path);
    }
  } finally {
    await site.stop();
  }
}
