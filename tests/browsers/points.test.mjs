// The points of the page in Chromium; and in each state: axe-core finds nothing, nothing is cut off, the console is
// clean. `npm run test:nightly` checks each state wide and light, and narrow and dark; `npm test` one of the two in
// turn.

import assert from "node:assert/strict";
import { test } from "node:test";
import { launchChromium } from "./launch.mjs";
import { violations, watchConsole } from "./page.mjs";
import { hands } from "./points/hands.mjs";
import { runPoints } from "./points/index.mjs";

const SIZE = { width: 1_280, height: 900 };
const NARROW = { width: 320, height: 740 };
/** The browser's messages about the violations of the policy that a point tries. */
const TRIED = /data:text\/javascript|Trusted(HTML|ScriptURL|TypePolicy)|policy.* "trusted-types/;

test("the page in Chromium", (t) => runPoints(t, open, { isWhole: true }));

async function open(t) {
  const browser = await launchChromium();
  t.after(() => browser.close());
  const context = await browser.newContext({ viewport: SIZE, reducedMotion: "reduce" });
  const errors = watchConsole(context);
  t.after(() => {
    const others = errors.filter((error) => !TRIED.test(error));
    assert.deepEqual(others, [], "no error in the console");
  });
  return chromium(await context.newPage());
}

/** @returns {import("./points/operator.mjs").Driver} */
function chromium(page) {
  let states = 0;
  return {
    ...hands(page),
    evaluate: (run, ...args) => page.evaluate(`(${run})(...${JSON.stringify(args)})`),
    resize: (width, height) => page.setViewportSize({ width, height }),
    setOffline: (isOffline) => page.context().setOffline(isOffline),
    inspect: async (state) => {
      const size = page.viewportSize();
      const views = [
        [size, "light"],
        [NARROW, "dark"],
      ];
      const turn = states++ % views.length;
      for (const [viewport, colorScheme] of process.env.NIGHTLY ? views : [views[turn]]) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        const where = `${state}, ${viewport.width} pixels, ${colorScheme}`;
        assert.deepEqual(await violations(page), [], where);
        const scrolled = await page.evaluate(() => {
          scrollTo(1_000, 0);
          return scrollX;
        });
        assert.equal(scrolled, 0, `nothing is cut off: ${where}`);
      }
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: "light" });
    },
  };
}
