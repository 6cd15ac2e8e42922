// The points of the page, in WebKit.

import { test } from "node:test";
import { runPoints } from "../browsers/points/index.mjs";
import { startBrowser } from "./browser.mjs";
import { startDisplay } from "./display.mjs";

test("the page in WebKit", (t) => runPoints(t, open, { hasPlainCookies: true }));

async function open(t) {
  const display = await startDisplay();
  t.after(display.stop);
  const browser = await startBrowser(display.name);
  t.after(browser.stop);
  const resize = async (width, height) => {
    await browser.resize(width, height);
    await browser.evaluate(narrow, width);
  };
  await resize(1_280, 900);
  return { ...browser, resize };
}

/** In the page: makes it as narrow as its window can't be, for all that depends on room. */
async function narrow(width) {
  document.documentElement.style.maxWidth = innerWidth > width ? `${width}px` : "";
}
