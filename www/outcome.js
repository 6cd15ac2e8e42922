// How a deletion ended, in words and exactly.

import { isBatchError } from "./api.js";
import { code, copyButton, el, facts, visible } from "./dom.js";
import { span } from "./time.js";

/** What an operator can do about a batch in doubt. */
export const RELOAD = "reload the list to see.";

/** The meaning of each error for an operator who deletes a batch. */
export const TITLES = {
  invalid_option: "That can’t be sent",
  not_found: "There is no such batch",
  still_processing: "It hasn’t ended yet, so it wasn’t deleted",
  rate_limit: "Too many requests: not deleted for now",
  server: "The API had a problem",
  connection: "No response",
  timeout: "No response in time",
  authentication: "The relay’s key was refused",
  permission: "Not allowed",
};

/**
 * The response to a deletion that worked.
 * @param {{ deleted: object, attempts: number, ms: number }} result
 */
export function showDeleted({ deleted, attempts, ms }) {
  return [
    title("Deleted", "done"),
    el("pre", { className: "response", dir: "ltr" }, visible(JSON.stringify(deleted, null, 2))),
    facts([
      withCopy("Request id", deleted._request_id),
      [
        "Took",
        el("code", {}, `${span(ms)}, ${attempts === 1 ? "1 request" : `${attempts} requests`}`),
      ],
    ]),
  ];
}

/** What the call rejected with. */
export function showFailure(error) {
  if (!isBatchError(error)) {
    return [title("It failed unexpectedly"), el("p", { className: "message" }, visible(error))];
  }
  return [
    title(TITLES[error.code] ?? "Not deleted"),
    el("p", { className: "message" }, visible(error.message)),
    error.maybeApplied && el("p", {}, `The batch may be deleted: ${RELOAD}`),
    facts([
      ["Code", code(error.code)],
      ["Status", error.status && code(error.status)],
      ["Attempts", code(error.attempts)],
      ["Try again in", error.retryAfterMs && code(span(error.retryAfterMs))],
      withCopy("Request id", error.requestId),
    ]),
  ].filter(Boolean);
}

export function showAborted({ isCanceled }) {
  const words = isCanceled
    ? "The batch was canceled already, and that stays so."
    : `If a request had left already, the batch may be deleted: ${RELOAD}`;
  return [title("Aborted"), el("p", {}, words)];
}

/** In one sentence, for screen readers. */
export function inWords(error) {
  return isBatchError(error) ? `${TITLES[error.code] ?? "Not deleted"} (${error.code})` : "Failed";
}

function title(words, className = "failed") {
  return el("p", { className: `outcome-title ${className}` }, words);
}

const withCopy = (name, value) =>
  value === undefined ? [name, undefined] : [name, code(value), copyButton(value, name)];
