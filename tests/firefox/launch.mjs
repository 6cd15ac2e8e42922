// A headless Firefox for a test.

import puppeteer from "puppeteer-core";
import { findFirefox } from "../../tools/test/firefox.mjs";

/** One call runs all the cases of a page. */
const LIMIT_MS = 300_000;
/** Each saves CPU: no person sees the frames, the first page, or the extensions that come with the browser. */
const PREFERENCES = {
  "layout.frame_rate": 20,
  "browser.startup.page": 0,
  "extensions.enabledScopes": 0,
};

/** @returns {Promise<import("puppeteer-core").Browser>} */
export function launchFirefox() {
  const { browser } = findFirefox();
  if (!browser) throw new Error("Firefox is missing: apt-get install firefox-esr");
  return puppeteer.launch({
    browser: "firefox",
    executablePath: browser,
    headless: true,
    extraPrefsFirefox: PREFERENCES,
    protocolTimeout: LIMIT_MS,
  });
}
