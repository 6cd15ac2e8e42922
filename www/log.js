// The log of attempts, newest first.

import { byId, el } from "./dom.js";
import { clock, span } from "./time.js";

const MAX_ENTRIES = 200;

export function startLog() {
  // It scrolls, so the keyboard must reach it.
  byId("log").tabIndex = 0;
  byId("log-clear").onclick = () => {
    byId("log").replaceChildren();
    show();
  };
}

/** Adds what `onAttempt` received about a batch. */
export function logAttempt(id, { method, attempt, status, error, requestId, delayMs }) {
  const words = [
    attempt > 1 && `attempt ${attempt}`,
    error?.code,
    delayMs !== undefined && `again in ${span(delayMs)}`,
  ].filter(Boolean);
  const entry = el(
    "li",
    { className: error ? "log-entry failed" : "log-entry" },
    el("span", { className: "log-time" }, clock(new Date())),
    el("span", { className: "log-call" }, `${method} `, el("span", {}, shorten(id))),
    el("span", { className: "log-status" }, status === undefined ? "no response" : `${status}`),
    words.length > 0 && el("span", { className: "log-words" }, words.join(", ")),
    requestId && el("span", { className: "log-request" }, requestId),
  );
  entry.title = error?.message ?? "";
  byId("log").prepend(entry);
  while (byId("log").children.length > MAX_ENTRIES) byId("log").lastChild.remove();
  show();
}

function show() {
  const isEmpty = byId("log").children.length === 0;
  byId("log").hidden = isEmpty;
  byId("log-clear").hidden = isEmpty;
  byId("log-empty").hidden = !isEmpty;
}

/** The end of an id is more distinctive than its beginning. */
const shorten = (id) => (id.length > 14 ? `…${id.slice(-10)}` : id);
