// The points of the page, in Firefox.

import { test } from "node:test";
import { hands } from "../browsers/points/hands.mjs";
import { runPoints } from "../browsers/points/index.mjs";
import { launchFirefox } from "./launch.mjs";

test("the page in Firefox", (t) => runPoints(t, open));

async function open(t) {
  const browser = await launchFirefox();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const resize = (width, height) => page.setViewport({ width, height });
  await resize(1_280, 900);
  return {
    ...hands(page),
    evaluate: (run, ...args) => page.evaluate(run, ...args),
    resize,
  };
}
