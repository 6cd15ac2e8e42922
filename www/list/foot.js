// The end of the rows: more are being read, an error, or no batch.

import { problem } from "../app/problem.js";
import { html, nothing } from "../ui/element.js";
import { brief } from "../ui/format.js";
import { button, code, copy } from "../ui/parts.js";

/** The time after which the foot says how long it takes. */
const LONG_MS = 4_000;
const SKELETON = Array.from({ length: 8 });

/**
 * @param {object} state
 * @param {boolean} state.isLoading
 * @param {number} state.since when it began to load
 * @param {object} [state.error]
 * @param {number} state.size the batches that are listed
 * @param {boolean} state.isEmpty the table has no row
 * @param {boolean} state.isFiltered
 * @param {{ retry: () => void, stop: () => void, clear: () => void, reload: () => void }} hooks
 */
export function foot(state, hooks) {
  if (state.isLoading) return loading(state, hooks);
  if (state.error) return failed(state.error, hooks);
  if (!state.isEmpty) return nothing;
  if (state.isFiltered) {
    return empty("No batch matches.", "Change the filters, or clear them.", [
      "Clear filters",
      hooks.clear,
    ]);
  }
  return empty("There are no batches.", "New batches are listed after a reload.", [
    "Reload",
    hooks.reload,
  ]);
}

function loading({ since, size }, { stop }) {
  const ms = Date.now() - since;
  const isLong = ms >= LONG_MS;
  const words = isLong
    ? `Reading the list… ${Math.floor(ms / 1_000)} s so far`
    : "Reading the list…";
  return html`<div class="reading"><p class="quiet">${words}</p>
      ${isLong ? button("Stop", stop, "small") : nothing}
    </div>
    ${size === 0 ? SKELETON.map(() => html`<div class="skeleton" aria-hidden="true"></div>`) : nothing}`;
}

const empty = (title, hint, [label, onClick]) =>
  html`<div class="empty"><p class="question">${title}</p><p class="quiet">${hint}</p>
    ${button(label, onClick)}</div>`;

function failed({ message, requestId, name }, { retry }) {
  const isStopped = name === "AbortError";
  const isSaid = isStopped || problem.value?.kind === "signed-out";
  return html`<div class="empty failed">
    <p class="question">${isStopped ? "Reading was stopped." : "The list could not be read."}</p>
    ${isSaid ? nothing : html`<p class="message">${brief(message)}</p>`}
    ${
      requestId
        ? html`<p class="quiet">Request id ${code(requestId)} ${copy(requestId, "Request id")}</p>`
        : nothing
    }
    ${button("Try again", retry)}
  </div>`;
}
