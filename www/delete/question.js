// The question before many batches are deleted: how many, how old, where, and those in progress.

import { place } from "../app/mode.js";
import { isRunning, summaryOf } from "../list/batch.js";
import { announce } from "../ui/announce.js";
import { define, html, nothing, PageElement, properties } from "../ui/element.js";
import { amount, number } from "../ui/format.js";
import { button, choices, code, facts, timeAt } from "../ui/parts.js";
import { isConfirmed, typedField } from "../ui/typed.js";

/** Ids of pasted batches that the question shows. */
const MOST_SHOWN = 3;

const CHOICES = [
  ["leave", "Leave them as they are", "they aren’t deleted"],
  ["cancel", "Cancel them, then delete them", "unprocessed requests are lost"],
  ["wait", "Wait until they have ended, then delete them", "keep this page open meanwhile"],
];

class DeleteQuestion extends PageElement {
  static properties = properties("batches", "choice", "typed");

  batches = [];
  choice = "leave";
  typed = "";

  /** @param {import("../list/batch.js").Batch[]} batches */
  async open(batches) {
    if (batches.length === 0) return;
    Object.assign(this, { batches, choice: "leave", typed: "" });
    await this.updateComplete;
    this.querySelector("dialog").showModal();
    this.querySelector("dialog").focus();
    announce(this.querySelector("h2").textContent);
  }

  render() {
    const { batches, typed } = this;
    const { oldest, newest, running } = summaryOf(batches);
    const count = this.#chosen().length;
    const onType = (value) => {
      this.typed = value;
    };
    return html`<dialog id="question" aria-labelledby="question-title" tabindex="-1">
      <h2 id="question-title">Delete ${amount(count)} with their results?</h2>
      ${facts([...this.#facts(oldest, newest), ...place()])}
      <p class="quiet">This can’t be undone.</p>
      ${running > 0 ? this.#choices(running) : nothing}
      ${typedField("bulk-typed", count, typed, { onType, onEnter: () => this.#confirm() })}
      <div class="actions">
        ${button(`Delete ${amount(count)} for good`, () => this.#confirm(), "danger", count === 0 || !isConfirmed(count, typed))}
        ${button("Keep them", () => this.querySelector("dialog").close())}
      </div>
    </dialog>`;
  }

  #chosen() {
    const { batches, choice } = this;
    return choice === "leave" ? batches.filter((batch) => !isRunning(batch)) : batches;
  }

  #facts(oldest, newest) {
    const { batches } = this;
    if (batches.length === 1) return [["Batch", code(batches[0].id)]];
    if (oldest > newest) {
      const shown = batches.slice(0, MOST_SHOWN).map(({ id }) => code(id));
      return [["Batches", ...shown, batches.length > MOST_SHOWN ? "…" : ""]];
    }
    return [
      ["Oldest", timeAt(oldest)],
      ["Newest", timeAt(newest)],
    ];
  }

  #choices(running) {
    const total = this.batches.length;
    const verb = running === 1 ? "is" : "are";
    const legend =
      running === total && total > 1
        ? `All ${number(total)} are still being processed. What should happen to them?`
        : `${number(running)} of them ${verb} still being processed:`;
    const onChoose = (choice) => {
      this.choice = choice;
    };
    const { choice: chosen } = this;
    return choices({ name: "if-processing", legend, options: CHOICES, chosen, onChoose });
  }

  #confirm() {
    const detail = {
      batches: this.#chosen(),
      ifProcessing: this.choice === "leave" ? "reject" : this.choice,
    };
    this.querySelector("dialog").close();
    dispatchEvent(new CustomEvent("start-job", { detail }));
  }
}

define("delete-question", DeleteQuestion);
