// What became of the batches that were deleted here. It outlives a reload of the page, and can be
// downloaded.

import { button, byId, code, copyButton, el, visible } from "./dom.js";
import { download, toCsv } from "./download.js";
import { number } from "./numbers.js";
import { RELOAD, TITLES } from "./outcome.js";
import { atMostEvery } from "./schedule.js";
import { SCOPE } from "./workspace.js";

const SHOWN_MS = 500;
const STORED_MS = 1_000;
/** Receipts of one item of the storage: what is written again with each is small. */
const PIECE = 500;
/** How many failures of a code are shown; a download has all. */
const MOST_SHOWN = 50;

/** @type {{ id: string, status: string, at: string, requestId?: string }[]} */
let receipts = [];
/** By id, the last one: `{ id, status, at, code, message, httpStatus?, requestId?, maybeApplied? }`. */
const failures = new Map();
/** From which piece on the storage is behind. */
let unstored = 0;
let isFull = false;
let hooks;

const show = atMostEvery(SHOWN_MS, render);
const store = atMostEvery(STORED_MS, write);

/** @param {{ onRetry: (ids: string[]) => void }} given */
export function startResults(given) {
  hooks = given;
  restore();
  byId("results-csv").onclick = () => download("deletions.csv", "text/csv", toCsv(all()));
  byId("results-json").onclick = () =>
    download("deletions.json", "application/json", `${JSON.stringify(all(), null, 2)}\n`);
  byId("results-clear").onclick = clear;
  addEventListener("pagehide", write);
  render();
}

/** @param {{ status: string, error?: object, requestId?: string }} outcome */
export function addResult(id, { status, error, requestId }) {
  const at = new Date().toISOString();
  if (status === "failed") {
    failures.set(id, {
      ...{
        id,
        status,
        at,
        code: error?.code ?? "unexpected",
        message: `${error?.message ?? error}`,
      },
      ...(error?.status && { httpStatus: error.status }),
      ...(error?.requestId && { requestId: error.requestId }),
      ...(error?.maybeApplied && { maybeApplied: true }),
    });
  } else {
    failures.delete(id);
    unstored = Math.min(unstored, Math.floor(receipts.length / PIECE));
    receipts.push({ id, status, at, ...(requestId && { requestId }) });
  }
  show();
  store();
}

const all = () => [...receipts, ...failures.values()];

function clear() {
  receipts = [];
  failures.clear();
  unstored = 0;
  write();
  render();
  byId("batches-title").focus();
}

function render() {
  const { length } = receipts;
  byId("results").hidden = length + failures.size === 0;
  const deleted = receipts.filter(({ status }) => status === "deleted").length;
  byId("results-summary").textContent = [
    `${number.format(deleted)} deleted`,
    length > deleted && `${number.format(length - deleted)} gone already`,
    failures.size > 0 && `${number.format(failures.size)} failed`,
  ]
    .filter(Boolean)
    .join(", ");
  byId("results-full").hidden = !isFull;
  renderFailures();
}

function renderFailures() {
  const groups = new Map();
  for (const failure of failures.values()) {
    if (groups.has(failure.code)) groups.get(failure.code).push(failure);
    else groups.set(failure.code, [failure]);
  }
  const place = byId("results-failures");
  const open = new Set([...place.querySelectorAll("details[open]")].map((it) => it.dataset.code));
  const focused = document.activeElement?.closest("#results-failures details")?.dataset.code;
  place.replaceChildren(...[...groups].map(([name, of]) => group(name, of, open.has(name))));
  if (focused) place.querySelector(`[data-code="${CSS.escape(focused)}"] summary`)?.focus();
}

function group(name, failed, isOpen) {
  const title = TITLES[name] ?? "Not deleted";
  const list = el("ol", { className: FAILURES, tabIndex: 0, ariaLabel: `Failed: ${name}` });
  const fill = () => list.replaceChildren(...failed.slice(0, MOST_SHOWN).map(item));
  const ids = failed.map(({ id }) => id);
  const rest = failed.length - MOST_SHOWN;
  const details = el(
    "details",
    { "data-code": name, open: isOpen, ontoggle: () => details.open && fill() },
    el("summary", {}, el("code", {}, visible(name)), ` ${number.format(failed.length)} · ${title}`),
    el(
      "div",
      { className: "actions" },
      button(`Try ${number.format(failed.length)} again…`, () => hooks.onRetry(ids), "small"),
    ),
    list,
    rest > 0 && el("p", { className: "hint" }, `And ${number.format(rest)} more: download them.`),
  );
  if (isOpen) fill();
  return details;
}

const item = ({ id, message, requestId, maybeApplied }) =>
  el(
    "li",
    {},
    code(id),
    el("p", { className: "message" }, visible(message)),
    maybeApplied && el("p", {}, `It may be deleted: ${RELOAD}`),
    requestId && el("p", {}, code(requestId), " ", copyButton(requestId, `request id of ${id}`)),
  );

const RECEIPTS = `${SCOPE}receipts.`;
const FAILURES = `${SCOPE}failures`;

function write() {
  try {
    const pieces = Math.ceil(receipts.length / PIECE);
    for (const key of Object.keys(sessionStorage)) {
      const piece = key.startsWith(RECEIPTS) ? Number(key.slice(RECEIPTS.length)) : -1;
      if (piece >= pieces) sessionStorage.removeItem(key);
    }
    for (; unstored < pieces; unstored += 1) {
      const piece = receipts.slice(unstored * PIECE, (unstored + 1) * PIECE);
      sessionStorage.setItem(`${RECEIPTS}${unstored}`, JSON.stringify(piece));
    }
    sessionStorage.setItem(FAILURES, JSON.stringify([...failures.values()]));
    isFull = false;
  } catch {
    // The storage is full, or off: what is shown is still here to be downloaded.
    isFull = true;
  }
  byId("results-full").hidden = !isFull;
}

function restore() {
  try {
    for (let piece = 0; sessionStorage.getItem(`${RECEIPTS}${piece}`); piece += 1) {
      receipts.push(...JSON.parse(sessionStorage.getItem(`${RECEIPTS}${piece}`)));
    }
    for (const failure of JSON.parse(sessionStorage.getItem(FAILURES)) ?? []) {
      failures.set(failure.id, failure);
    }
    unstored = Math.floor(receipts.length / PIECE);
  } catch {
    receipts = [];
    failures.clear();
  }
}
