// Colours that the operator's system forces, in Chromium: every meaning of a colour can still be seen.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchChromium } from "./launch.mjs";
import { openDemo } from "./page.mjs";
import { startPage } from "./worker.mjs";

/** WCAG 2.2, 1.4.3 and 1.4.11. */
const OF_TEXT = 4.5;
const OF_PARTS = 3;

const COUNTS = { processing: 2, succeeded: 5, errored: 4, canceled: 3, expired: 2 };

let site;
let browser;

before(async () => {
  [site, browser] = await Promise.all([startPage(), launchChromium()]);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

for (const colorScheme of ["light", "dark"]) {
  test(`forced colours, ${colorScheme}: state, bar, buttons, selection and focus`, async (t) => {
    t.after(() => site.world.reset());
    const page = await open(t, colorScheme);
    const row = page.locator(".row").first();
    const seen = (locator, part) => locator.evaluate(colours, part);

    const state = row.locator(".state");
    assert.ok((await seen(state)).text >= OF_TEXT, "the state in words");
    assert.ok((await seen(state, "::before")).border >= OF_PARTS, "its mark");

    assert.ok((await seen(row.locator(".bar"))).border >= OF_PARTS, "the bar's edge");
    const parts = await row.locator(".bar [data-count]").all();
    assert.equal(parts.length, Object.keys(COUNTS).length);
    for (const part of parts) {
      const name = await part.getAttribute("data-count");
      assert.ok((await seen(part)).background >= OF_PARTS, `${name} in the bar`);
    }

    await row.getByRole("checkbox").check();
    const selected = await seen(row);
    assert.ok(selected.outlineWidth >= 2 && selected.outline >= OF_PARTS, "the selection");
    await page.getByRole("button", { name: "Delete 1 batch…" }).click();
    for (const name of ["Reload", "Delete 1 batch for good", "Keep them"]) {
      const button = await seen(page.getByRole("button", { name }));
      assert.ok(button.text >= OF_TEXT, name);
      assert.ok(button.border >= OF_PARTS, `the edge of ${name}`);
    }
    await page.keyboard.press("Tab");
    const focused = await seen(page.locator(":focus"));
    assert.ok(focused.outlineWidth >= 2 && focused.outline >= OF_PARTS, "the focus");
  });
}

/** A page with a batch whose requests have ended in every way. */
async function open(t, colorScheme) {
  const batch = {
    id: "msgbatch_all",
    type: "message_batch",
    processing_status: "ended",
    request_counts: COUNTS,
    created_at: "2026-11-01T10:00:00Z",
    ended_at: "2026-11-01T10:05:00Z",
  };
  const json = { data: [batch], has_more: false, first_id: batch.id, last_id: batch.id };
  await site.world.faults([{ match: { path: "limit=" }, times: null, status: 200, json }]);
  return openDemo(t, { browser, demo: site, colorScheme, forcedColors: "active" });
}

/** In the page: contrasts with the page's background, as WCAG computes them; for letters, with their own background. */
function colours(element, part) {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const luminance = (colour) => {
    probe.clearRect(0, 0, 1, 1);
    probe.fillStyle = colour;
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...probe.getImageData(0, 0, 1, 1).data].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [less, more] = [one, other].map(luminance).sort((a, b) => a - b);
    return (more + 0.05) / (less + 0.05);
  };
  const backdrop = getComputedStyle(document.body).backgroundColor;
  const style = getComputedStyle(element, part);
  const isClear = /^(?:transparent|rgba\(.*, 0\))$/.test(style.backgroundColor);
  return {
    text: contrast(style.color, isClear ? backdrop : style.backgroundColor),
    border: contrast(style.borderTopColor, backdrop),
    background: contrast(style.backgroundColor, backdrop),
    outline: contrast(style.outlineColor, backdrop),
    outlineWidth: style.outlineStyle === "none" ? 0 : Number.parseFloat(style.outlineWidth),
  };
}
