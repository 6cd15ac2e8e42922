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

export const byId = (id) => document.getElementById(id);

export function button(text, onclick, className = "") {
  return el("button", { type: "button", className: `button ${className}`.trim(), onclick }, text);
}

export const hidden = (text) => el("span", { className: "visually-hidden" }, text);

/** A button that puts a text on the clipboard, and says so for a moment. */
export function copyButton(text, what) {
  const label = el("span", {}, "Copy");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      label.textContent = "Copied";
      announce(`${what} copied`);
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
    hidden(` ${what}`),
  );
}

/** Tells screen readers what happened. */
export function announce(words) {
  const announcer = byId("announcer");
  // The same words twice would not be a change.
  announcer.textContent = announcer.textContent === words ? `${words}\u00a0` : words;
}
