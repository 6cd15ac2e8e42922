// The list of batches: reads it, filters, sorts, counts.

import { diagnose, problem } from "../app/problem.js";
import { announce } from "../ui/announce.js";
import { define, html, PageElement } from "../ui/element.js";
import { number } from "../ui/format.js";
import { atMostEvery, eachFrame } from "../ui/schedule.js";
import { isGone } from "./batch.js";
import { isFiltered, isSorted, readCriteria, writeCriteria } from "./criteria.js";
import { foot } from "./foot.js";
import { Listing } from "./listing.js";
import { look, watchRunning } from "./running.js";
import {
  clearSelection,
  countDeletable,
  isSelected,
  selectAll,
  selection,
  shown,
  tidySelection,
  toggle,
  touched,
} from "./selection.js";
import { head, NO_FILTER, toolbar } from "./toolbar.js";
import { select } from "./view.js";

/** The pause after a key before the list is filtered. */
const TYPING_MS = 120;
const TICK_MS = 1_000;
/** The time that a deleted batch stays in the table: the fade of list.css ends with it. */
const STAY_MS = 2_000;

class BatchList extends PageElement {
  static signals = [selection, problem];

  #criteria = readCriteria();
  #listing = new Listing(() => this.#listChanged());
  #turn = 0;
  #typing;
  /** Deleted batches stay in the table. */
  #hasDeleted = false;
  #leave = atMostEvery(TICK_MS, () => this.#updateView());
  #changed = new Set();
  #refresh = eachFrame(() => {
    this.#rows.refresh(this.#changed);
    this.#changed.clear();
    this.requestUpdate();
  });
  #rowHooks = {
    isSelected,
    onSelect: toggle,
    onScroll: () => this.#readOn(),
    onClose: (batch) => this.#closed(batch),
    onDeleteKey: (row) => (selection.value.size > 0 ? this.#ask() : row.begin()),
  };

  connectedCallback() {
    super.connectedCallback();
    touched.listen((batches) => this.#touched(batches));
    addEventListener("stale", () => this.reload());
    addEventListener("recovered", () => this.reload());
    addEventListener("select-all", () => this.#selectAll());
    addEventListener("check-batch", ({ detail: batch }) => look(batch));
    document.addEventListener("keydown", (event) => this.#shortcut(event));
    setInterval(() => this.#listing.state.isLoading && this.requestUpdate(), TICK_MS);
    watchRunning(() => this.#rows.visible());
    this.reload();
  }

  render() {
    const { state, size } = this.#listing;
    const left = size - this.#gone();
    const change = (changes) => this.#change(changes);
    const hooks = {
      change,
      type: (id) => this.#type(id),
      reload: () => this.reload(),
      paste: () => document.querySelector("paste-ids").open(),
      isLoading: state.isLoading,
      canShowDeleted: left < size,
      showDeleted: (isWanted) => {
        this.#hasDeleted = isWanted;
        this.#updateView();
      },
    };
    const selected = selection.value.size;
    const checked = { some: selected > 0, all: selected > 0 && selected === countDeletable() };
    return html`<h2 id="batches-title" class="visually-hidden" tabindex="-1">Batches</h2>
      ${toolbar(this.#criteria, this.#count(left), hooks)}
      <delete-job id="job"></delete-job>
      <div id="batches-table" class="table ${this.#hasDeleted ? "keeps" : ""}" tabindex="0" role="region" aria-label="Table of batches">
        <div id="batches-grid" role="table" aria-label="Batches" aria-busy=${state.isLoading}
          aria-rowcount=${state.isComplete ? shown.value.length + 1 : -1}>
          ${head(this.#criteria, checked, { change, selectAll: checkAll })}
          <batch-rows .hooks=${this.#rowHooks}></batch-rows>
        </div>
        <div id="batches-foot" class="foot">${foot(
          {
            ...state,
            size,
            isEmpty: shown.value.length === 0,
            isFiltered: isFiltered(this.#criteria),
          },
          {
            retry: () => (size > 0 ? this.#listing.more() : this.reload()),
            stop: () => this.#listing.stop(),
            reload: () => this.reload(),
            clear: () => change(NO_FILTER),
          },
        )}</div>
      </div>
      <delete-bar id="bulk" .isComplete=${state.isComplete}></delete-bar>`;
  }

  updated() {
    this.#rows.refresh();
  }

  get #rows() {
    return this.querySelector("batch-rows");
  }

  /** Reads the list again, to the same length. */
  async reload() {
    await this.#listing.reload();
    if (!this.#listing.state.error) announce(`${number(this.#listing.size)} batches are listed`);
  }

  /** Returns the batches of these ids; a stub for an id that is not listed. */
  batchesOf(ids) {
    return ids.map((id) => this.#listing.get(id) ?? { id, source: {}, state: "" });
  }

  #listChanged() {
    if (this.#listing.state.error) {
      announce("The list could not be read");
      diagnose();
    }
    this.requestUpdate();
    this.#updateView();
  }

  async #updateView() {
    this.#turn += 1;
    const current = this.#turn;
    const isCurrent = () => current === this.#turn;
    const isFresh = ({ outcome }) => Date.now() - outcome.at < STAY_MS;
    const stays = (batch) =>
      this.#hasDeleted || !isGone(batch) || Boolean(batch.deletion) || isFresh(batch);
    const next = await select(this.#listing.values(), this.#criteria, stays, isCurrent);
    if (!next) return;
    if (next.some((batch) => isGone(batch) && isFresh(batch))) this.#leave();
    await this.updateComplete;
    shown.set(next);
    this.#rows.show(next);
    tidySelection();
    this.requestUpdate();
    this.#readOn();
  }

  #type(id) {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#change({ id }), TYPING_MS);
  }

  #change(changes) {
    clearTimeout(this.#typing);
    const id = this.querySelector("#filter-id").value;
    this.#criteria = { ...this.#criteria, id, ...changes };
    writeCriteria(this.#criteria);
    this.querySelector("#batches-table").scrollTop = 0;
    this.#updateView();
    this.requestUpdate();
  }

  /** Reads more near the end of the rows; for a filter or another order, to the end. */
  #readOn() {
    const { isLoading, isComplete, error } = this.#listing.state;
    if (this.#listing.size === 0 || isLoading || isComplete || error) return;
    if (isFiltered(this.#criteria) || isSorted(this.#criteria)) this.#listing.readAll();
    else if (this.#rows.isNearEnd()) this.#listing.more();
  }

  #gone() {
    let count = 0;
    for (const batch of this.#listing.values()) if (isGone(batch)) count += 1;
    return count;
  }

  /** Returns the number of batches in words: deleted ones do not count. */
  #count(left) {
    const count = shown.value.reduce((sum, batch) => sum + !isGone(batch), 0);
    const { size, state } = this.#listing;
    if (size === 0) return "";
    const all = state.isComplete ? "" : "the newest ";
    if (isFiltered(this.#criteria)) return `${number(count)} of ${all}${number(left)} match`;
    return `${all}${number(count)}${count === 1 ? " batch" : " batches"}`;
  }

  async #selectAll() {
    announce("Reading the whole list");
    await this.#listing.readAll();
    await this.#updateView();
    if (!this.#listing.state.isComplete) return;
    selectAll();
    announce(`${number(selection.value.size)} selected`);
  }

  #touched(batches) {
    for (const batch of batches) this.#changed.add(batch);
    if (batches.some(isGone)) this.#leave();
    this.#refresh();
  }

  /** The receipt of a batch that is gone was closed: its row leaves. */
  async #closed({ index }) {
    await this.#updateView();
    if (!(await this.#rows.focusRow(index))) this.querySelector("#batches-title").focus();
  }

  #ask() {
    document.querySelector("delete-bar").ask();
  }

  #shortcut(event) {
    const { key, target } = event;
    const isField = target.closest?.("input:not([type=checkbox]), select, textarea, dialog");
    if (key === "/" && !isField) {
      event.preventDefault();
      this.querySelector("#filter-id").select();
    }
    if (target.id === "filter-id" && (key === "ArrowDown" || key === "Escape")) {
      event.preventDefault();
      this.#rows.focusRow(0, "check");
    }
  }
}

define("batch-list", BatchList);

function checkAll(isChecked) {
  if (isChecked) selectAll();
  else clearSelection();
}
