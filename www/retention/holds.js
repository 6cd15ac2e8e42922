// Holds: batches that neither the rule nor this page deletes, each with a reason.

import { mode } from "../app/mode.js";
import { call } from "../app/worker.js";
import { announce } from "../ui/announce.js";
import { define, html, nothing, PageElement, properties } from "../ui/element.js";
import { visible } from "../ui/format.js";
import { button, code, timeAt } from "../ui/parts.js";

class BatchHolds extends PageElement {
  static signals = [mode];
  static properties = properties("found", "released", "problem");

  found = { holds: [], variable: [] };
  /** The hold whose release is being asked for. */
  released = undefined;
  problem = "";

  connectedCallback() {
    super.connectedCallback();
    const read = () => this.#change(() => call("GET", "/holds"));
    addEventListener("recovered", read);
    read();
  }

  render() {
    const { holds, variable } = this.found;
    const count = holds.length + variable.length;
    return html`<details id="holds"><summary>Holds${count > 0 ? ` (${count})` : ""}</summary>
      <p class="hint">Neither the rule nor this page deletes a batch on hold.</p>
      <ul class="entries">${holds.map((hold) => this.#hold(hold))}
        ${variable.map((pattern) => html`<li>${code(pattern)} by the variable HOLD</li>`)}</ul>
      <p class="message" role="status">${this.problem}</p>
      ${mode.value.role === "configure" ? this.#form() : nothing}
    </details>`;
  }

  #hold(hold) {
    const { pattern, reason, actor, at } = hold;
    return html`<li>${code(pattern)} ${visible(reason)}, by ${visible(actor)} ${timeAt(at)}
      ${
        mode.value.role === "configure"
          ? button("Release…", () => {
              this.released = pattern;
              this.focusOn("[name=reason]");
            })
          : nothing
      }</li>`;
  }

  #form() {
    const { released } = this;
    return html`<form class="hold" @submit=${this.#submit}>
      ${
        released
          ? html`<p>Release ${code(released)}? The rule may delete it from then on.</p>`
          : html`<div class="field"><label for="hold-pattern">Id, or beginning of ids with *</label>
            <input id="hold-pattern" name="pattern" class="input mono" required autocomplete="off"></div>`
      }
      <div class="field"><label for="hold-reason">Reason</label>
        <input id="hold-reason" name="reason" class="input" required maxlength="500" autocomplete="off"></div>
      <div class="actions"><button type="submit" class="button">${released ? "Release" : "Place hold"}</button>
        ${
          released
            ? button("Keep it", () => {
                this.released = undefined;
              })
            : nothing
        }</div>
    </form>`;
  }

  #submit(event) {
    event.preventDefault();
    const form = event.target;
    const { released } = this;
    const { pattern = released, reason } = Object.fromEntries(new FormData(form));
    return this.#change(async () => {
      const wanted = { pattern: pattern.trim(), reason };
      const { holds } = await call("POST", released ? "/holds/release" : "/holds", wanted);
      form.reset();
      this.released = undefined;
      announce(released ? "The hold is released" : "The hold is placed");
      return { ...this.found, holds };
    });
  }

  async #change(step) {
    this.problem = "";
    try {
      this.found = await step();
    } catch (error) {
      this.problem = visible(error.message);
    }
  }
}

define("batch-holds", BatchHolds);
