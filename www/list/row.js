// One batch of the table.

import { define, html, nothing, PageElement, properties, styles } from "../ui/element.js";
import { exact, number, visible } from "../ui/format.js";
import { code, copy, facts, time, timeAt } from "../ui/parts.js";
import { COUNTS, isDeletable, isGone, STATES } from "./batch.js";

/** The same in each id, so that it takes no room in the table. */
const PREFIX = "msgbatch_";
/** The most requests of a batch: a full bar. */
const MOST_REQUESTS = 100_000;

/** Returns whether the row of a batch has a panel. */
export const isOpen = ({ hasDetails, deletion }) => Boolean(hasDetails || deletion);

class BatchRow extends PageElement {
  /** `start`: pixels from the top of the rows. */
  static properties = properties("batch", "start", "table");

  willUpdate() {
    const { batch } = this;
    this.role = "row";
    this.ariaRowIndex = `${batch.index + 2}`;
    this.dataset[isGone(batch) ? "receipt" : "batch"] = batch.id;
    delete this.dataset[isGone(batch) ? "batch" : "receipt"];
    this.dataset.state = batch.outcome?.status ?? batch.state;
    this.className = this.table.isSelected(batch) ? "row selected" : "row";
    this.style.setProperty("--start", `${this.start}px`);
  }

  render() {
    const { batch, table } = this;
    const { id, source, createdAt, endedAt, expiresAt, hasDetails, deletion } = batch;
    const name = source.isNoBatch ? "not a batch" : visible(id);
    const hasResults = batch.state === "ended" && !Number.isNaN(expiresAt);
    return html`
      ${cell(
        "check",
        html`<label class="row-check-area"><input
          type="checkbox" class="row-check" data-column="check" aria-label="Select ${name}"
          .checked=${table.isSelected(batch)} ?disabled=${!isDeletable(batch)} @click=${this.#select}
        ></label>`,
      )}
      ${cell(
        "id",
        html`<button
          type="button" class="row-id mono" data-column="id" aria-expanded=${Boolean(hasDetails)}
          @click=${this.#toggle}
        ><bdi dir="ltr">${idOf(name)}</bdi></button>`,
      )}
      ${cell("state", html`<span class="state">${stateOf(batch)}</span>`)}
      ${cell("requests", requests(batch))}
      ${cell("created", timeOf(createdAt, source.created_at))}
      ${cell("ended", source.ended_at ? timeOf(endedAt, source.ended_at) : "–")}
      ${cell("expires", hasResults ? expiry(batch) : "–")}
      ${cell(
        "delete",
        html`<button
          type="button" class="row-delete ${deletion ? "in-use" : ""}" data-column="delete"
          ?hidden=${!isDeletable(batch)} @click=${this.begin}
        >${batch.outcome ? "Retry" : "Delete"}<span class="visually-hidden"> ${name}</span></button>`,
      )}
      <div class="cell cell-panel" role="cell" ?hidden=${!isOpen(batch)}>
        ${hasDetails ? detailsOf(batch) : nothing}${deletion ?? nothing}
      </div>`;
  }

  updated() {
    this.table.onPanel(this);
  }

  focus(column = "delete") {
    const target = this.querySelector(`[data-column="${column}"]:not(:disabled, [hidden])`);
    (target ?? this.querySelector(".row-id")).focus();
  }

  #select({ target, shiftKey }) {
    this.table.onSelect(this.batch, target.checked, shiftKey);
  }

  #toggle() {
    this.batch.hasDetails = !this.batch.hasDetails;
    this.requestUpdate();
  }

  async begin() {
    const { batch } = this;
    batch.deletion ??= Object.assign(document.createElement("batch-deletion"), { batch });
    batch.deletion.onClose = () => this.#close();
    this.requestUpdate();
    await this.updateComplete;
    batch.deletion.firstElementChild.focus();
  }

  async #close() {
    const { batch, table } = this;
    batch.deletion = undefined;
    this.requestUpdate();
    if (isGone(batch)) return table.onClose(batch);
    await this.updateComplete;
    this.focus();
  }
}

define("batch-row", BatchRow);

const cell = (name, content) =>
  html`<div class="cell cell-${name}" role="cell">${content || nothing}</div>`;

/** An id without the prefix that all have; a screen reader reads all of it. */
const idOf = (name) =>
  name.startsWith(PREFIX)
    ? html`<span class="visually-hidden">${PREFIX}</span>${name.slice(PREFIX.length)}`
    : name;

function stateOf({ state, outcome, problem }) {
  if (outcome?.status === "failed") return `failed: ${outcome.error?.code ?? "unexpected"}`;
  if (outcome) return outcome.status === "missing" ? "gone already" : outcome.status;
  return STATES[state] ?? (state ? visible(state) : (problem ?? "no state"));
}

/** Shows a time, or the value that the API sent instead of one. */
function timeOf(ms, value) {
  if (!Number.isNaN(ms)) return time(value);
  const shown = value === undefined ? "never" : visible(JSON.stringify(value));
  return html`<span class="odd">${shown}</span>`;
}

function expiry({ expiresAt, source }) {
  if (source.archived_at) return "expired";
  return timeAt(expiresAt);
}

/** A bar whose length is logarithmic, so that 1 and 25 000 requests differ, and the number. */
function requests({ counts, total, state }) {
  if (!counts) return html`<span class="odd">no counts</span>`;
  const parts = COUNTS.filter((name) => counts[name] > 0);
  const words = parts.map((name) => `${number(counts[name])} ${name}`).join(", ");
  const length = Math.min(Math.log(total + 1) / Math.log(MOST_REQUESTS), 1);
  const done = total - counts.processing;
  return html`<span class="bar" aria-hidden="true"><span class="length" ${styles({ width: `${100 * length}%` })}>${parts.map(
    (name) => html`<span data-count=${name} ${styles({ flexGrow: counts[name] / total })}></span>`,
  )}</span></span><span class="counts" title=${words}><span aria-hidden="true">${
    state === "in_progress" ? `${number(done)} / ${number(total)}` : number(total)
  }${counts.errored > 0 ? html` <em>${number(counts.errored)} errored</em>` : nothing}</span><span
    class="visually-hidden">${words || "no requests"}</span></span>`;
}

function detailsOf(batch) {
  const { id, source, counts, createdAt, endedAt, expiresAt } = batch;
  if (source.isNoBatch) {
    return html`<div class="details">
      <p>Received as an item of the list:</p>${code(source.received)}
    </div>`;
  }
  const at = (ms, value) => (Number.isNaN(ms) ? timeOf(ms, value) : exact(ms));
  const more = (name) => (source[name] ? at(Date.parse(source[name]), source[name]) : undefined);
  return html`<div class="details">
    ${facts([
      ["Id", code(id), copy(id, "id")],
      ["Created", at(createdAt, source.created_at)],
      ["Ended", source.ended_at ? at(endedAt, source.ended_at) : "not yet"],
      ["Processing expires", source.ended_at ? undefined : more("expires_at")],
      ["Cancelation began", more("cancel_initiated_at")],
      ["Results expire", Number.isNaN(expiresAt) ? undefined : exact(expiresAt)],
      ["Results archived", more("archived_at")],
      ...COUNTS.map((name) => [`Requests ${name}`, counts?.[name] && number(counts[name])]),
      ["Odd", batch.problem],
    ])}
  </div>`;
}
