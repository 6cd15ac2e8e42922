// The page as an operator uses it, in any browser: with a mouse and a keyboard, on elements that can be seen. A step
// waits until its element can be seen.

import { until as untilTrue } from "../../runtimes/until.mjs";

/** A machine may be slow. */
const WITHIN_MS = 120_000;

/**
 * The functions of a browser's driver.
 * @typedef {object} Driver
 * @property {(url: string) => Promise<unknown>} goto
 * @property {(run: Function, ...args: unknown[]) => Promise<any>} evaluate calls an async function in the page, and
 *   resolves with its result
 * @property {(x: number, y: number, isShifted: boolean) => Promise<unknown>} click
 * @property {(keys: string) => Promise<unknown>} type on the keyboard
 * @property {(key: string) => Promise<unknown>} press a key as `KeyboardEvent.key` names it, after `Shift+` if it is held
 * @property {(width: number, height: number) => Promise<unknown>} resize
 * @property {(isOffline: boolean) => Promise<unknown>} [setOffline] if the browser can be cut off
 * @property {(state: string) => Promise<unknown>} [inspect] checks of this browser alone, in each state
 */

/**
 * @param {Driver} driver
 * @param {string} origin of the page
 */
export function operate(driver, origin) {
  const errors = [];
  const page = {
    /** Returns the errors in the page since it was opened, and before. */
    async errors() {
      const found = await driver.evaluate(async () => globalThis.wrong?.splice(0) ?? []);
      return [...errors.splice(0), ...found];
    },

    async open(path = "/") {
      errors.push(...(await page.errors()));
      await driver.goto(`${origin}${path}`);
      await driver.evaluate(watchErrors);
    },

    /** Leaves the page, and removes the data that it keeps. */
    async leave() {
      await driver.goto(`${origin}/sign-in.js`);
      await driver.evaluate(forget);
    },

    run: (run, ...args) => driver.evaluate(run, ...args),
    press: (key) => driver.press(key),
    type: (text) => driver.type(text),
    resize: (width, height) => driver.resize(width, height),
    state: async (name) => driver.inspect?.(name),

    /** Waits for an element that can be seen and contains these words, and resolves with its whole content. */
    see: async (selector, text) => (await found("text", selector, text)).text,

    /** Waits until there is no such element to be seen. */
    gone: (selector, text) =>
      until(
        async () => !(await driver.evaluate(inPage, "text", wanted(selector, text))),
        `${selector} ${text ?? ""} is still there`,
      ),

    count: (selector) =>
      driver.evaluate(async (all) => document.querySelectorAll(all).length, selector),

    /** Waits until their number is `count`: rows appear in the next frames. */
    many: (selector, count) =>
      until(
        async () => (await page.count(selector)) === count,
        async () => `${await page.count(selector)} of ${selector}, not ${count}`,
      ),

    attribute: (selector, name) =>
      driver.evaluate(
        async (one, name) => document.querySelector(one)?.getAttribute(name),
        selector,
        name,
      ),

    /** Presses the middle of an element, once it is enabled, at rest, and behind nothing. */
    async click(selector, text, { isShifted = false } = {}) {
      const { x, y } = await found("place", selector, text);
      await driver.click(x, y, isShifted);
      // A driver can evaluate nothing while the press opens another page, which has noted no press.
      const other = await driver.evaluate(hitInstead).catch(() => null);
      if (other) throw new Error(`${selector} ${text ?? ""} moved: the press hit ${other}`);
    },

    /** Types a string into a field in place of its value, and waits until the field has it. */
    async fill(selector, text) {
      await page.click(selector);
      await found("select", selector);
      await (text === "" ? driver.press("Backspace") : driver.type(text));
      const value = () =>
        driver.evaluate(async (one) => document.querySelector(one).value, selector);
      await until(
        async () => (await value()) === text,
        async () => `${selector} has ${JSON.stringify(await value())}, not ${JSON.stringify(text)}`,
      );
    },

    /** The query of the address: the page writes it after the typing. */
    async hasQuery(query) {
      const search = () => driver.evaluate(async () => location.search);
      await until(
        async () => (await search()) === query,
        async () => `the query is ${await search()}, not ${query}`,
      );
    },

    /** Opens a tab of the side panel. */
    tab: (name) => page.click(`#tab-${name}`),

    /** Sets an option of every call. */
    async option(name, value) {
      await page.tab("options");
      await page.fill(`#option-${name}`, value);
    },

    /** Chooses an option: the list of them is the browser's own, beyond the reach of a driver. */
    choose: (selector, value) => found("choose", selector, undefined, value),

    /** A file that a button makes, instead of its download: `{ name, text }`. */
    async downloaded(selector, text) {
      await driver.evaluate(catchDownloads);
      await page.click(selector, text);
      return until(
        () => driver.evaluate(async () => globalThis.downloads.shift() ?? null),
        `${selector} ${text} makes no file`,
      );
    },

    /** Cuts the network off, or restores it; a page whose driver can't do that gets the event alone. */
    setOffline: (isOffline) =>
      driver.setOffline ? driver.setOffline(isOffline) : driver.evaluate(pretend, isOffline),
  };
  return page;

  function found(action, selector, text, value) {
    return until(
      () => driver.evaluate(inPage, action, wanted(selector, text), value),
      async () => {
        const shown = await driver.evaluate(async () => document.body.textContent).catch(String);
        return `no ${action} of ${selector} ${text ?? ""}, but:\n${shown.replace(/\s+/g, " ")}`;
      },
    );
  }
}

const wanted = (selector, text) =>
  text instanceof RegExp
    ? { selector, pattern: text.source, flags: text.flags }
    : { selector, text: text ?? "" };

/** Waits until `find` finds something. Between two pages it fails, which counts as not found. */
function until(find, missing) {
  let failure;
  const check = () => {
    failure = undefined;
    return find().catch((error) => {
      failure = error;
    });
  };
  const event = async () =>
    [typeof missing === "string" ? missing : await missing(), failure].join(" ");
  return untilTrue(check, event, WITHIN_MS);
}

/** In the page, which has nothing of this file. */
async function inPage(action, { selector, text, pattern, flags }, value) {
  const textOf = (element) => element.textContent.replace(/\s+/g, " ").trim();
  const isMeant = (element) =>
    element.checkVisibility({ visibilityProperty: true }) &&
    (pattern ? new RegExp(pattern, flags).test(textOf(element)) : textOf(element).includes(text));
  const element = [...document.querySelectorAll(selector)].find(isMeant);
  if (!element) return null;
  if (action === "select") element.select();
  if (action === "choose") {
    // The page makes the options itself.
    if (![...element.options].some((option) => option.value === value)) return null;
    element.focus();
    element.value = value;
    for (const name of ["input", "change"]) {
      element.dispatchEvent(new Event(name, { bubbles: true }));
    }
  }
  if (action !== "place") return { text: textOf(element) };
  if (element.disabled) return null;
  const place = () => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  };
  const isHit = ([x, y]) => element.contains(document.elementFromPoint(x, y));
  if (!isHit(place())) {
    element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
  }
  const before = place();
  // If an element grows, the page measures it in the next frame, and moves the others in the one after it.
  for (let frames = 3; frames > 0; frames -= 1) await new Promise(requestAnimationFrame);
  const isAtRest = `${place()}` === `${before}` && isHit(before);
  if (!isAtRest || !isMeant(element) || element.disabled) return null;
  if (!globalThis.press) {
    const noted = { capture: true };
    addEventListener("pointerdown", ({ target }) => (globalThis.press.down = target), noted);
    addEventListener(
      "click",
      ({ target }) => {
        const { press } = globalThis;
        if (press.target) return;
        press.target = target;
        // If the first element moved away, the browser reports a click on one that contains both.
        press.isHit = target === press.down && target.closest(press.selector) !== null;
      },
      noted,
    );
  }
  globalThis.press = { selector };
  const [x, y] = before.map(Math.round);
  return { x, y };
}

/** In the page: the element that the last press hit, if it was not the one that was meant. */
async function hitInstead() {
  const { target, isHit } = globalThis.press ?? {};
  return target && !isHit ? target.outerHTML.slice(0, 200) : null;
}

/** In the page: removes all that it keeps. */
async function forget() {
  sessionStorage.clear();
  localStorage.clear();
  for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
}

/** In the page. */
async function watchErrors() {
  globalThis.wrong = [];
  const add = (text) => globalThis.wrong.push(text);
  addEventListener("error", ({ message }) => add(message));
  addEventListener("unhandledrejection", ({ reason }) => add(String(reason)));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    add(`${violatedDirective}: ${blockedURI}`),
  );
}

/** In the page: keeps the files that it makes from the browser's own dialogs. */
async function catchDownloads() {
  if (globalThis.downloads) return;
  globalThis.downloads = [];
  let text;
  const create = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    text = blob.text();
    return create.call(URL, blob);
  };
  HTMLAnchorElement.prototype.click = async function click() {
    globalThis.downloads.push({ name: this.download, text: await text });
  };
}

/** In the page. */
async function pretend(isOffline) {
  Object.defineProperty(navigator, "onLine", { configurable: true, get: () => !isOffline });
  dispatchEvent(new Event(isOffline ? "offline" : "online"));
}
