// A headless Chromium for a test.

import { chromium } from "playwright-core";
import { chromiumArgs, findChromium } from "../../tools/test/chromium.mjs";
import { isRoot } from "../../tools/test/debian.mjs";

/**
 * @param {string[]} [more] further arguments
 * @returns {Promise<import("playwright-core").Browser>}
 */
export function launchChromium(more = []) {
  const { browser } = findChromium();
  if (!browser) throw new Error("Chromium is missing: apt-get install chromium");
  return chromium.launch({
    executablePath: browser,
    args: [...chromiumArgs(), ...more],
    chromiumSandbox: !isRoot(),
  });
}
