// Small helpers for building the page.

/**
 * An element. Properties that it has are set as such, listeners as `onclick`, others as attributes;
 * undefined, null and false ones are left out. Children that are falsy are left out, too.
 */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key in element) element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child || child === 0));
  return element;
}

/** Characters that are not seen, or that turn the direction of what follows. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text of the server's as it can be shown: what is not seen is spelled out. */
export const visible = (text) =>
  `${text}`.replace(UNSEEN, (character) =>
    character === "\n" ? character : `\\u{${character.codePointAt(0).toString(16)}}`,
  );

/** An id, a request id or JSON: left to right, wherever it stands. */
export const code = (text) => el("bdi", { dir: "ltr" }, el("code", {}, visible(text)));

export const byId = (id) => document.getElementById(id);

export function button(text, onclick, className = "") {
  return el("button", { type: "button", className: `button ${className}`.trim(), onclick }, text);
}

export const hidden = (text) => el("span", { className: "visually-hidden" }, text);

/** A button that puts a text, or what a function makes, on the clipboard, and says so for a moment. */
export function copyButton(text, subject) {
  const label = el("span", {}, "Copy");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
      label.textContent = "Copied";
      announce(`${subject} copied`);
    } catch {
      // No permission: the text is on the page, and can be selected.
      label.textContent = "Can’t copy";
    }
    setTimeout(() => {
      label.textContent = "Copy";
    }, 2_000);
  };
  return el(
    "button",
    { type: "button", className: "button copy", onclick: copy },
    label,
    hidden(` ${visible(subject)}`),
  );
}

/** What there is to see of a list: facts that are undefined are left out. */
export function facts(rows) {
  const items = rows
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, ...values]) => el("div", {}, el("dt", {}, name), el("dd", {}, values)));
  return el("dl", { className: "facts" }, items);
}

/** For screen readers: what has happened. */
export function announce(words) {
  const announcer = byId("announcer");
  // The same words twice would not be a change.
  announcer.textContent = announcer.textContent === words ? `${words}\u00a0` : words;
}
