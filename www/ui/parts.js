// Small templates that several rooms use.

import { announce } from "./announce.js";
import { define, html, nothing, PageElement, properties } from "./element.js";
import { exact, relative, visible } from "./format.js";

/** An id, a request id or JSON: left to right in every paragraph. */
export const code = (string) => html`<bdi dir="ltr"><code>${visible(string)}</code></bdi>`;

/** A list of names and values, without the rows whose value is empty or 0. */
export function facts(rows) {
  const given = rows.filter(([, value]) => value);
  return html`<dl class="facts">
    ${given.map(([name, ...values]) => html`<div><dt>${name}</dt><dd>${values}</dd></div>`)}
  </dl>`;
}

/** A time that stays true as time passes. A string that is not a time is shown as it is. */
export function time(string) {
  const date = new Date(string);
  if (Number.isNaN(date.getTime())) return html`<span class="odd">${visible(string)}</span>`;
  return html`<time
    class="ago" datetime=${string} .textContent=${relative(date)}
  ></time>`;
}

/** The same, for milliseconds since 1970. */
export const timeAt = (ms) => time(new Date(ms).toISOString());

const REFRESH_MS = 20_000;

setInterval(() => {
  for (const element of document.querySelectorAll("time.ago")) {
    element.textContent = relative(new Date(element.dateTime));
  }
}, REFRESH_MS);

/** The exact time is a tooltip, made when it is wanted: three in each row would be half of the row's time. */
document.addEventListener("pointerover", ({ target }) => {
  if (target.matches?.("time.ago") && !target.title) target.title = exact(target.dateTime);
});

export const button = (words, onClick, kind = "", isDisabled = false) =>
  html`<button type="button" class="button ${kind}" ?disabled=${isDisabled} @click=${onClick}>${words}</button>`;

/** The end of an action in one line: well or not. */
export const outcome = (words, isWell) =>
  html`<p class="outcome-title ${isWell ? "done" : "failed"}">${words}</p>`;

export const folded = (title, items) =>
  html`<details><summary>${title}</summary><ol>${items.map((item) => html`<li>${item}</li>`)}</ol></details>`;

/** Radio buttons: `[value, words, hint]` each. */
export const choices = ({ name, legend, options, chosen, onChoose }) =>
  html`<fieldset class="choices"><legend>${legend}</legend>${options.map(
    ([value, words, hint]) => html`<label class="check"><input
        type="radio" name=${name} .value=${value} .checked=${value === chosen}
        @change=${() => onChoose(value)}
      ><span>${words}<span class="hint">: ${hint}</span></span></label>`,
  )}</fieldset>`;

const COPIED_MS = 2_000;

/** A button that copies a string to the clipboard, and says so for a moment. */
class CopyButton extends PageElement {
  static properties = properties("value", "subject", "label");

  label = "Copy";

  render() {
    return html`<button type="button" class="button copy" @click=${this.#copy}>
      <span>${this.label}</span><span class="visually-hidden"> ${visible(this.subject)}</span>
    </button>`;
  }

  async #copy() {
    const { value } = this;
    try {
      await navigator.clipboard.writeText(typeof value === "function" ? value() : value);
      this.label = "Copied";
      announce(`${this.subject} copied`);
    } catch {
      // No permission: the string is on the page, and can be selected.
      this.label = "Can’t copy";
    }
    setTimeout(() => {
      this.label = "Copy";
    }, COPIED_MS);
  }
}

define("copy-button", CopyButton);

export const copy = (value, subject) =>
  value === undefined
    ? nothing
    : html`<copy-button .value=${value} .subject=${subject}></copy-button>`;
