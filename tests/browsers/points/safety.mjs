// The page's safety and reach: its headers, Trusted Types, the skip links, 320 pixels.

import assert from "node:assert/strict";

const NARROW = 320;
const WIDE = 1_280;
const HEIGHT = 900;

export async function safety(page, { world }) {
  await world.create({ count: 40 });
  await world.create({ status: "in_progress" });
  await page.open();
  await page.see("[data-batch]");
  const { policy, hsts } = await page.run(async () => {
    const { headers } = await fetch("/");
    return {
      policy: headers.get("content-security-policy"),
      hsts: headers.get("strict-transport-security"),
    };
  });
  assert.match(
    policy,
    /default-src 'none'.*require-trusted-types-for 'script'; trusted-types lit-html$/,
  );
  assert.equal(hsts, "max-age=31536000");
  const { markup, policies, hasRun, isReported } = await page.run(violate);
  assert.notEqual(markup, "made an element", "Trusted Types refuse a string as HTML");
  assert.deepEqual(
    policies,
    [],
    "a script can't make a policy: the page's templates have the only one",
  );
  assert.equal(hasRun, false);
  assert.equal(isReported, true);
  assert.ok((await page.errors()).length > 0);
}

export async function reach(page, { world }) {
  await world.create({ count: 40 });
  await world.create({ status: "in_progress" });
  await page.open();
  await page.see("[data-batch]");
  await page.press("Tab");
  assert.equal(await focused(page), "To the batches");
  await page.press("Tab");
  assert.equal(await focused(page), "To the tools beside them");
  await page.press("Enter");
  await page.press("Tab");
  assert.equal(await page.run(async () => document.activeElement.id), "tab-retention");

  await page.resize(NARROW, HEIGHT);
  await page.click(".row-id");
  await page.see(".details");
  await page.click("[data-state=in_progress] .row-delete", "Delete");
  await page.see("[data-state=in_progress] legend", "It is still being processed.");
  const { width, content, scrolled } = await page.run(async () => {
    scrollTo(1_000, 0);
    const { offsetWidth, scrollWidth } = document.body;
    return { width: offsetWidth, content: scrollWidth, scrolled: scrollX };
  });
  assert.ok(width <= NARROW, `${width} pixels`);
  assert.deepEqual([content, scrolled], [width, 0], "nothing is cut off");
  await page.state("narrow");
  // A zoom of 200 % on a screen of 1 440 pixels.
  await page.resize(720, 410);
  await page.click("#select-all");
  await page.click("#bulk button", "Delete 41 batches…");
  await page.click("#question button", "Keep them");
  await page.state("zoomed");
  await page.resize(WIDE, HEIGHT);
}

const focused = (page) => page.run(async () => document.activeElement.textContent);

/** In the page: the acts that its policy must prevent. */
async function violate() {
  const element = document.createElement("div");
  let markup = "no Trusted Types";
  if (globalThis.trustedTypes) {
    try {
      element.innerHTML = "<b>bold</b>";
    } catch {
      markup = "refused";
    }
    if (element.firstChild) markup = "made an element";
  }
  const policies = ["lit-html", "default", "other"].filter((name) => {
    try {
      return globalThis.trustedTypes?.createPolicy(name, { createHTML: (string) => string });
    } catch {
      return false;
    }
  });
  const script = document.createElement("script");
  const isReported = new Promise((resolve) => {
    addEventListener("securitypolicyviolation", () => resolve(true), { once: true });
    setTimeout(() => resolve(false), 60_000);
  });
  try {
    script.src = "data:text/javascript,globalThis.ran = true";
    document.head.append(script);
  } catch {
    // Trusted Types refuse the address already.
  }
  return { markup, policies, isReported: await isReported, hasRun: Boolean(globalThis.ran) };
}
