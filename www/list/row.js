// One batch of the table.

import { COUNTS, isDeletable, STATES } from "../batch.js";
import { createDeletion } from "../deletion.js";
import { visible } from "../dom.js";
import { format, number } from "../numbers.js";
import { exact } from "../time.js";
import { html, nothing, PageElement, styles } from "../ui/element.js";
import { code, copy, facts, time } from "../ui/parts.js";

const compact = format(Intl.NumberFormat, "en", { notation: "compact", maximumFractionDigits: 1 });

const OUTCOMES = {
  queued: "waiting to be deleted",
  deleted: "deleted",
  missing: "gone already",
  failed: "failed",
};

const isGone = ({ outcome }) => ["deleted", "missing"].includes(outcome?.status);

/** Returns whether the row of a batch has a panel. */
export const isOpen = ({ hasDetails, deletion }) => Boolean(hasDetails || deletion);

class BatchRow extends PageElement {
  static properties = {
    batch: { attribute: false },
    /** Pixels from the top of the rows. */
    start: { attribute: false },
    table: { attribute: false },
  };

  willUpdate() {
    const { batch } = this;
    this.role = "row";
    this.ariaRowIndex = `${batch.index + 2}`;
    this.dataset[isGone(batch) ? "receipt" : "batch"] = batch.id;
    delete this.dataset[isGone(batch) ? "batch" : "receipt"];
    this.dataset.state = batch.outcome?.status ?? batch.state;
    this.className = this.table.isSelected(batch) ? "row selected" : "row";
    this.style.top = `${this.start}px`;
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
        ><bdi dir="ltr">${name}</bdi></button>`,
      )}
      ${cell("state", html`<span class="state">${stateOf(batch)}</span>`)}
      ${cell("requests", requests(batch))}
      ${cell("created", html`${label("created ")}${timeOf(createdAt, source.created_at)}`)}
      ${cell(
        "ended",
        source.ended_at && html`${label("ended ")}${timeOf(endedAt, source.ended_at)}`,
      )}
      ${cell("expires", hasResults && expiry(batch))}
      ${cell(
        "delete",
        html`<button
          type="button" class="button to-danger ${deletion ? "in-use" : ""}" data-column="delete"
          ?hidden=${!isDeletable(batch)} @click=${this.begin}
        >Delete<span class="visually-hidden"> ${name}</span></button>`,
      )}
      <div class="cell cell-panel" role="cell" ?hidden=${!isOpen(batch)}>
        ${hasDetails ? detailsOf(batch) : nothing}${deletion?.element}
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
    const { batch, table } = this;
    batch.deletion ??= createDeletion({
      id: batch.id,
      state: batch.state,
      onEnd: (result) => table.onEnd(batch, result),
      onClose: () => this.#close(),
    });
    this.requestUpdate();
    await this.updateComplete;
    batch.deletion.focus();
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

customElements.define("batch-row", BatchRow);

const cell = (name, content) =>
  html`<div class="cell cell-${name}" role="cell">${content || nothing}</div>`;

/** Labels a value on a narrow page, which has no columns. */
const label = (words) => html`<span class="label">${words}</span>`;

function stateOf({ state, outcome, problem }) {
  if (outcome?.status === "failed") return `✗ ${outcome.error?.code ?? "failed"}`;
  if (outcome) return OUTCOMES[outcome.status];
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
  return html`${label("expires ")}${time(new Date(expiresAt).toISOString())}`;
}

/** A bar of the requests by state, and the numbers. */
function requests({ counts, total }) {
  if (!counts) return html`<span class="odd">no counts</span>`;
  const parts = COUNTS.filter((name) => counts[name] > 0);
  const { format } = parts.length > 1 ? compact : number;
  const words = parts.map((name) => `${format(counts[name])} ${name}`).join(", ");
  return html`<span class="bar" aria-hidden="true">
      ${parts.map(
        (name) =>
          html`<span data-count=${name} ${styles({ flexGrow: counts[name] / total })}></span>`,
      )}
    </span><span class="counts">${words || "no requests"}</span>`;
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
      ...(counts ? COUNTS.map((name) => [`Requests ${name}`, number.format(counts[name])]) : []),
      ["Odd", batch.problem],
    ])}
  </div>`;
}
