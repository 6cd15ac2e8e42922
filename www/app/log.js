// The tab of the log: the attempts, newest first.

import { define, html, nothing, PageElement, properties } from "../ui/element.js";
import { clock, span, visible } from "../ui/format.js";
import { code } from "../ui/parts.js";
import { attempts } from "./attempts.js";

const MOST_SHOWN = 50;

/** The attempts of each filter. */
const FILTERS = {
  all: () => true,
  failed: ({ attempt }) => Boolean(attempt.error),
  DELETE: ({ attempt }) => attempt.method === "DELETE",
};

class AttemptLog extends PageElement {
  static signals = [attempts];
  static properties = properties("filter", "wanted");

  filter = "all";
  wanted = "";

  render() {
    const { value } = attempts;
    const wanted = this.wanted.trim().toLowerCase();
    const matching = value.filter(
      (entry) => FILTERS[this.filter](entry) && (!wanted || words(entry).includes(wanted)),
    );
    if (value.length === 0) {
      return html`<h2 id="log-title" tabindex="-1">Attempts</h2>
        <p id="log-empty" class="hint">
          Each request of a deletion is listed here, also retries, cancelations and status checks.
        </p>`;
    }
    return html`<div class="section-head">
        <h2 id="log-title" tabindex="-1">Attempts</h2>
        <p id="log-count" class="quiet">${matching.length} of ${value.length} attempts</p>
        <button type="button" id="log-clear" class="button small" @click=${this.#clear}>Clear</button>
      </div>
      <div class="filters">
        <input id="log-text" class="input mono" type="search" aria-label="Search the attempts" autocomplete="off"
          @input=${({ target }) => {
            this.wanted = target.value;
          }}>
        <select id="log-filter" class="input" aria-label="Kind of attempts"
          @change=${({ target }) => {
            this.filter = target.value;
          }}>
          ${Object.keys(FILTERS).map((name) => html`<option value=${name}>${name}</option>`)}
        </select>
      </div>
      <ol id="log" class="log" tabindex="0" aria-labelledby="log-title">
        ${matching.slice(-MOST_SHOWN).reverse().map(entryOf)}
      </ol>`;
  }

  #clear() {
    attempts.set([]);
    this.focusOn("#log-title");
  }
}

define("attempt-log", AttemptLog);

const words = ({ id, attempt: { method, status, error, requestId } }) =>
  [id, method, status, error?.code, requestId].join(" ").toLowerCase();

function entryOf({ id, at, attempt: { method, attempt, status, error, requestId, delayMs } }) {
  const notes = [
    attempt > 1 && `attempt ${attempt}`,
    error?.code,
    delayMs !== undefined && `again in ${span(delayMs)}`,
  ].filter(Boolean);
  return html`<li class="log-entry ${error ? "failed" : ""}" title=${visible(error?.message ?? "")}>
    <span class="log-time">${clock(at)}</span>
    <span class="log-call">${method} ${id ? html`<span>${visible(shorten(id))}</span>` : nothing}</span>
    <span class="log-status">${status ?? "no response"}</span>
    ${notes.length > 0 ? html`<span class="log-words">${notes.join(", ")}</span>` : nothing}
    ${requestId ? html`<span class="log-request">${code(requestId)}</span>` : nothing}
  </li>`;
}

/** The end of an id is more distinctive than its beginning. */
const shorten = (id) => (id.length > 14 ? `…${id.slice(-10)}` : id);
