// The dialog that takes many ids: pasted, or from a file. It checks them before the question.

import { define, html, nothing, PageElement, properties } from "../ui/element.js";
import { amount, number, visible } from "../ui/format.js";
import { button } from "../ui/parts.js";
import { readIds } from "./ids.js";

/** A larger file is not a list of ids. */
const MOST_BYTES = 20_000_000;

class PasteIds extends PageElement {
  static properties = properties("input", "problem");

  input = "";
  problem = "";

  render() {
    const { ids, problems, more } = readIds(this.input);
    return html`<dialog id="paste" aria-labelledby="paste-title" @close=${this.#reset}
      @dragover=${(event) => event.preventDefault()} @drop=${this.#drop}>
      <form method="dialog" @submit=${(event) => this.#submit(event, ids)}>
        <h2 id="paste-title">Delete batches by id</h2>
        <label for="paste-ids" class="hint">One id a line, or CSV with a column <code>id</code>. Paste them, drop a file here, or choose one.</label>
        <textarea id="paste-ids" class="input mono" rows="8" spellcheck="false" autocomplete="off" autocapitalize="off"
          .value=${this.input} @input=${({ target }) => {
            this.input = target.value;
          }}></textarea>
        <input id="paste-file" type="file" accept=".txt,.csv,text/plain,text/csv" aria-label="File of ids"
          @change=${({ target }) => this.#read(target.files[0])}>
        ${this.problem ? html`<p class="message failed" role="alert">${this.problem}</p>` : nothing}
        <p id="paste-count" class="question" role="status">${ids.length > 0 ? amount(ids.length) : ""}</p>
        ${
          problems.length > 0
            ? html`<ol id="paste-problems" class="problems" tabindex="0" aria-label="Lines that are left out">
                ${problems.map(({ line, reason }) => html`<li>Line ${line}: ${visible(reason)}</li>`)}
                ${more > 0 ? html`<li>${number(more)} more lines</li>` : nothing}</ol>`
            : nothing
        }
        <div class="actions">
          <button type="submit" class="button primary" ?disabled=${ids.length === 0}>Delete ${amount(ids.length)}…</button>
          ${button("Cancel", () => this.#dialog.close())}
        </div>
      </form>
    </dialog>`;
  }

  get #dialog() {
    return this.querySelector("dialog");
  }

  open() {
    this.#dialog.showModal();
    this.querySelector("textarea").focus();
  }

  #reset() {
    [this.input, this.problem] = ["", ""];
    this.querySelector("#paste-file").value = "";
  }

  #drop(event) {
    event.preventDefault();
    this.#read(event.dataTransfer.files[0]);
  }

  async #read(file) {
    if (!file) return;
    this.problem =
      file.size > MOST_BYTES ? `${visible(file.name)} is larger than ${MOST_BYTES / 1e6} MB.` : "";
    if (!this.problem) this.input = await file.text();
  }

  #submit(event, ids) {
    event.preventDefault();
    this.#dialog.close();
    dispatchEvent(new CustomEvent("delete-ids", { detail: ids }));
  }
}

define("paste-ids", PasteIds);
