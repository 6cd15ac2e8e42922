// The outcomes of this tab's deletions. They outlive a reload of the page.

import { SCOPE } from "../app/workspace.js";
import { atMostEvery } from "../ui/schedule.js";
import { Signal } from "../ui/signal.js";

const SHOWN_MS = 500;
const STORED_MS = 1_000;
/** Receipts of one item of the storage: each write is small. */
const PIECE = 500;
const RECEIPTS = `${SCOPE}receipts.`;
const FAILURES = `${SCOPE}failures`;

/**
 * `receipts`: `{ id, status, at, requestId? }` each. `failures`, by id, the last one:
 * `{ id, status, at, code, message, httpStatus?, requestId?, maybeApplied? }`.
 */
export const results = new Signal({ receipts: [], failures: new Map(), isFull: false });

/** The first piece that the storage does not have yet. */
let unstored = 0;

const store = atMostEvery(STORED_MS, write);
const show = atMostEvery(SHOWN_MS, () => results.changed());

restore();
addEventListener("pagehide", write);

/** @param {{ status: string, error?: object, requestId?: string }} outcome */
export function addResult(id, { status, error, requestId }) {
  const { receipts, failures } = results.value;
  const at = new Date().toISOString();
  if (status === "failed") {
    failures.set(id, { id, status, at, ...factsOf(error) });
  } else {
    failures.delete(id);
    unstored = Math.min(unstored, Math.floor(receipts.length / PIECE));
    receipts.push({ id, status, at, ...(requestId && { requestId }) });
  }
  show();
  store();
}

const factsOf = (error) => ({
  code: error?.code ?? "unexpected",
  message: `${error?.message ?? error}`,
  ...(error?.status && { httpStatus: error.status }),
  ...(error?.requestId && { requestId: error.requestId }),
  ...(error?.maybeApplied && { maybeApplied: true }),
});

export const allResults = () => [...results.value.receipts, ...results.value.failures.values()];

export function clearResults() {
  unstored = 0;
  results.set({ receipts: [], failures: new Map(), isFull: false });
  write();
}

function write() {
  const { receipts, failures } = results.value;
  const before = results.value.isFull;
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
    results.value.isFull = false;
  } catch {
    // The storage is full, or off: the outcomes can still be downloaded.
    results.value.isFull = true;
  }
  if (results.value.isFull !== before) results.changed();
}

function restore() {
  const { receipts, failures } = results.value;
  try {
    for (let piece = 0; sessionStorage.getItem(`${RECEIPTS}${piece}`); piece += 1) {
      receipts.push(...JSON.parse(sessionStorage.getItem(`${RECEIPTS}${piece}`)));
    }
    for (const failure of JSON.parse(sessionStorage.getItem(FAILURES)) ?? []) {
      failures.set(failure.id, failure);
    }
    unstored = Math.floor(receipts.length / PIECE);
  } catch {
    receipts.length = 0;
    failures.clear();
  }
}
