// The tab of the results: failures by code, a retry, downloads.

import { repeat } from "lit/directives/repeat.js";
import { define, html, nothing, PageElement } from "../ui/element.js";
import { brief, number, visible } from "../ui/format.js";
import { button, code, copy } from "../ui/parts.js";
import { download, toCsv } from "./download.js";
import { allResults, clearResults, results } from "./receipts.js";
import { RELOAD, titleOf } from "./words.js";

/** Failures of a code that the tab shows; a download has all. */
const MOST_SHOWN = 50;

class BatchResults extends PageElement {
  static signals = [results];
  /** The codes whose failures are shown. */
  #open = new Set();

  render() {
    const { receipts, failures, isFull } = results.value;
    if (receipts.length + failures.size === 0) {
      return html`<h2 id="results-title" tabindex="-1">Results</h2>
        <p id="results-empty" class="hint">Each deletion of this tab is listed here, with its request id.</p>`;
    }
    const deleted = receipts.reduce((sum, { status }) => sum + (status === "deleted"), 0);
    const gone = receipts.length - deleted;
    const counts = [
      `${number(deleted)} deleted`,
      gone > 0 && `${number(gone)} gone already`,
      failures.size > 0 && `${number(failures.size)} failed`,
    ];
    return html`<div id="results">
      <div class="section-head">
        <h2 id="results-title" tabindex="-1">Results</h2>
        <button type="button" id="results-clear" class="button small" @click=${this.#clear}>Clear</button>
      </div>
      <p id="results-summary" class="question">${counts.filter(Boolean).join(", ")}</p>
      <div class="actions">
        ${button("Download CSV", downloadCsv, "small")}${button("Download JSON", downloadJson, "small")}
      </div>
      ${isFull ? html`<p class="message">A reload loses results, because there are too many. Download them first.</p>` : nothing}
      <div>${repeat(
        Map.groupBy(failures.values(), ({ code }) => code),
        ([name]) => name,
        ([name, failed]) => this.#group(name, failed),
      )}</div>
    </div>`;
  }

  #group(name, failed) {
    const ids = failed.map(({ id }) => id);
    const rest = failed.length - MOST_SHOWN;
    const retry = () => dispatchEvent(new CustomEvent("delete-ids", { detail: ids }));
    return html`<details @toggle=${({ target }) => this.#toggle(name, target.open)}>
      <summary><code>${visible(name)}</code> ${number(failed.length)} · ${titleOf(name)}</summary>
      <div class="actions">${button(`Retry ${number(failed.length)}…`, retry, "small")}</div>
      ${
        this.#open.has(name)
          ? html`<ol class="failures" tabindex="0" aria-label="Failed: ${visible(name)}">
              ${failed.slice(0, MOST_SHOWN).map(item)}</ol>
            ${rest > 0 ? html`<p class="hint">${number(rest)} more are in the download.</p>` : nothing}`
          : nothing
      }
    </details>`;
  }

  #toggle(name, isOpen) {
    if (isOpen) this.#open.add(name);
    else this.#open.delete(name);
    this.requestUpdate();
  }

  #clear() {
    clearResults();
    this.focusOn("#results-title");
  }
}

define("batch-results", BatchResults);

const item = ({ id, message, requestId, maybeApplied }) => html`<li>${code(id)}
  <p class="message">${brief(message)}</p>
  ${maybeApplied ? html`<p>It may be deleted: ${RELOAD}</p>` : nothing}
  ${requestId ? html`<p>${code(requestId)} ${copy(requestId, `request id of ${id}`)}</p>` : nothing}</li>`;

const downloadCsv = () => download("deletions.csv", "text/csv", toCsv(allResults()));

const downloadJson = () =>
  download("deletions.json", "application/json", `${JSON.stringify(allResults(), null, 2)}\n`);
