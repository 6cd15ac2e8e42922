// What comes after the rows: that more are being read, why not, or that there are none.

import { button, byId, code, copyButton, el, visible } from "./dom.js";

/** From when on it is said how long it takes. */
const LONG_MS = 4_000;

let clock;

/**
 * @param {object} state
 * @param {boolean} state.isLoading
 * @param {number} state.since when it began to load
 * @param {object} [state.error]
 * @param {boolean} state.isEmpty
 * @param {boolean} state.isFiltered
 * @param {() => void} state.onRetry
 * @param {() => void} state.onStop
 */
export function showFoot(state) {
  clearInterval(clock);
  const foot = byId("batches-foot");
  if (state.isLoading) {
    foot.replaceChildren(...loading(state));
  } else if (state.error) {
    foot.replaceChildren(failed(state));
  } else if (state.isEmpty && state.isFiltered) {
    foot.replaceChildren(empty("No batch matches.", "Choose another filter, or none."));
  } else if (state.isEmpty) {
    foot.replaceChildren(empty("There are no batches.", "Press Reload for new ones."));
  } else {
    foot.replaceChildren();
  }
}

function loading({ since, onStop }) {
  const text = el("p", { className: "quiet" }, "Reading the list…");
  const stop = button("Stop", onStop, "small");
  const update = () => {
    const ms = Date.now() - since;
    stop.hidden = ms < LONG_MS;
    if (ms >= LONG_MS) text.textContent = `Reading the list… ${Math.floor(ms / 1_000)} s so far`;
  };
  clock = setInterval(update, 1_000);
  update();
  return [el("div", { className: "reading" }, text, stop)];
}

const empty = (title, hint) =>
  el(
    "div",
    { className: "empty" },
    el("p", { className: "question" }, title),
    el("p", { className: "quiet" }, hint),
  );

function failed({ error, onRetry }) {
  const { status, message, requestId, name } = error;
  const isStopped = name === "AbortError";
  return el(
    "div",
    { className: "empty failed" },
    el(
      "p",
      { className: "question" },
      isStopped ? "Reading was stopped." : "The list could not be read.",
    ),
    !isStopped &&
      el("p", { className: "message" }, visible(status ? `${status}: ${message}` : message)),
    requestId &&
      el(
        "p",
        { className: "quiet" },
        "Request id ",
        code(requestId),
        " ",
        copyButton(requestId, "Request id"),
      ),
    button("Try again", onRetry),
  );
}
