// The side panel: one of five tabs. On a narrow page it is a drawer.

import { results } from "../delete/receipts.js";
import { define, html, nothing, PageElement } from "../ui/element.js";
import { number } from "../ui/format.js";
import { panel } from "./tabs.js";

const TABS = {
  retention: ["Retention", html`<batch-retention></batch-retention>`],
  results: ["Results", html`<batch-results></batch-results>`],
  ledger: ["Ledger", html`<batch-ledger></batch-ledger>`],
  options: ["Options", html`<call-options></call-options>`],
  log: ["Log", html`<attempt-log></attempt-log>`],
};
const NAMES = Object.keys(TABS);
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

class SidePanel extends PageElement {
  static signals = [panel, results];

  connectedCallback() {
    super.connectedCallback();
    Object.assign(this, { role: "complementary", ariaLabel: "Tools" });
    this.addEventListener("keydown", ({ key }) => key === "Escape" && this.#close());
  }

  render() {
    const { tab, isOpen } = panel.value;
    this.classList.toggle("open", isOpen);
    return html`<div class="tabs" role="tablist" aria-label="Tools" @keydown=${this.#move}>
        ${NAMES.map((name) => this.#tab(name, name === tab))}
      </div>
      ${NAMES.map(
        (name) => html`<section id="panel-${name}" class="tab-panel" role="tabpanel"
          aria-labelledby="tab-${name}" ?hidden=${name !== tab}>${TABS[name][1]}</section>`,
      )}`;
  }

  #tab(name, isSelected) {
    const failed = name === "results" ? results.value.failures.size : 0;
    return html`<button type="button" id="tab-${name}" class="tab" role="tab" aria-controls="panel-${name}"
      aria-selected=${isSelected} tabindex=${isSelected ? 0 : -1}
      @click=${() => panel.set({ ...panel.value, tab: name })}
    >${TABS[name][0]}${
      failed > 0
        ? html` <span class="count">${number(failed)}<span class="visually-hidden"> failed</span></span>`
        : nothing
    }</button>`;
  }

  #move(event) {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const index = (NAMES.indexOf(panel.value.tab) + step + NAMES.length) % NAMES.length;
    panel.set({ ...panel.value, tab: NAMES[index] });
    this.focusOn(`#tab-${NAMES[index]}`);
  }

  #close() {
    if (!panel.value.isOpen) return;
    panel.set({ ...panel.value, isOpen: false });
    document.getElementById("panel-toggle").focus();
  }
}

define("side-panel", SidePanel);
