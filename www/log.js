// The log of attempts, newest first.

import { byId, code, el, visible } from "./dom.js";
import { atMostEvery } from "./schedule.js";
import { clock, span } from "./time.js";

/** How many are kept, and how many of those are shown. */
const MOST_KEPT = 1_000;
const MOST_SHOWN = 50;
const SHOWN_MS = 250;

/** Which attempts each filter is for. */
const FILTERS = {
  all: () => true,
  failed: ({ attempt }) => Boolean(attempt.error),
  DELETE: ({ attempt }) => attempt.method === "DELETE",
};

let entries = [];
const show = atMostEvery(SHOWN_MS, render);

export function startLog() {
  // It scrolls, so the keyboard must reach it.
  byId("log").tabIndex = 0;
  byId("log-filter").onchange = render;
  byId("log-text").oninput = render;
  byId("log-clear").onclick = () => {
    entries = [];
    render();
    byId("log-title").focus();
  };
}

/** Adds what `onAttempt` received about a batch; in a job there is no saying about which. */
export function logAttempt(id, attempt) {
  entries.push({ id, attempt, at: new Date() });
  if (entries.length > 2 * MOST_KEPT) entries = entries.slice(-MOST_KEPT);
  show();
}

function render() {
  const text = byId("log-text").value.trim().toLowerCase();
  const isMeant = FILTERS[byId("log-filter").value];
  const matching = entries.filter(
    (entry) => isMeant(entry) && (!text || texts(entry).includes(text)),
  );
  byId("log").replaceChildren(...matching.slice(-MOST_SHOWN).reverse().map(entryElement));
  const isEmpty = entries.length === 0;
  for (const name of ["log", "log-clear", "log-filters"]) byId(name).hidden = isEmpty;
  byId("log-empty").hidden = !isEmpty;
  const count = `${matching.length} of ${entries.length} attempts`;
  byId("log-count").textContent = isEmpty ? "" : count;
}

const texts = ({ id, attempt: { method, status, error, requestId } }) =>
  [id, method, status, error?.code, requestId].join(" ").toLowerCase();

function entryElement({ id, at, attempt: { method, attempt, status, error, requestId, delayMs } }) {
  const notes = [
    attempt > 1 && `attempt ${attempt}`,
    error?.code,
    delayMs !== undefined && `again in ${span(delayMs)}`,
  ].filter(Boolean);
  const entry = el(
    "li",
    { className: error ? "log-entry failed" : "log-entry" },
    el("span", { className: "log-time" }, clock(at)),
    el("span", { className: "log-call" }, `${method} `, id && el("span", {}, visible(shorten(id)))),
    el("span", { className: "log-status" }, status === undefined ? "no response" : `${status}`),
    notes.length > 0 && el("span", { className: "log-words" }, notes.join(", ")),
    requestId && el("span", { className: "log-request" }, code(requestId)),
  );
  entry.title = visible(error?.message ?? "");
  return entry;
}

/** The end of an id is more distinctive than its beginning. */
const shorten = (id) => (id.length > 14 ? `…${id.slice(-10)}` : id);
