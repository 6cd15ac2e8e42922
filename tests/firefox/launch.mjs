// A headless Firefox for a test.

import puppeteer from "puppeteer-core";
import { findFirefox } from "../../tools/test/firefox.mjs";

/** One call runs all the cases of a page. */
const LIMIT_MS = 300_000;

/** @returns {Promise<import("puppeteer-core").Browser>} */
export function launchFirefox() {
  const { browser } = findFirefox();
  if (!browser) throw new Error("Firefox is missing: apt-get install firefox-esr");
  return puppeteer.launch({
    browser: "firefox",
    executablePath: browser,
    headless: true,
    protocolTimeout: LIMIT_MS,
  });
}
