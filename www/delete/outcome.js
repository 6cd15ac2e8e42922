// The end of one deletion, in words and exactly.

import { isBatchError } from "../app/api.js";
import { html, nothing } from "../ui/element.js";
import { brief, span, visible } from "../ui/format.js";
import { code, copy, facts, outcome } from "../ui/parts.js";
import { RELOAD, titleOf } from "./words.js";

/** The response to a deletion that worked. */
export const deletedView = ({ deleted, attempts, ms }) => html`${outcome("Deleted", true)}
  <pre class="response" dir="ltr">${visible(JSON.stringify(deleted, null, 2))}</pre>
  ${facts([
    withCopy("Request id", deleted._request_id),
    [
      "Took",
      html`<code>${span(ms)}, ${attempts === 1 ? "1 request" : `${attempts} requests`}</code>`,
    ],
  ])}`;

/** The error that the call rejected with. */
export function failureView(error) {
  if (!isBatchError(error)) {
    return html`${outcome("It failed unexpectedly", false)}<p class="message">${visible(error)}</p>`;
  }
  return html`${outcome(titleOf(error.code), false)}
    <p class="message">${brief(error.message)}</p>
    ${error.maybeApplied ? html`<p>The batch may be deleted: ${RELOAD}</p>` : nothing}
    ${facts([
      ["Code", code(error.code)],
      ["Status", error.status && code(error.status)],
      ["Attempts", code(error.attempts)],
      ["Try again in", error.retryAfterMs && code(span(error.retryAfterMs))],
      withCopy("Request id", error.requestId),
    ])}`;
}

export function abortedView(isCanceled) {
  const words = isCanceled
    ? "The batch was canceled already, and that stays so."
    : `If a request had left already, the batch may be deleted: ${RELOAD}`;
  return html`${outcome("Aborted", false)}<p>${words}</p>`;
}

/** In one sentence, for screen readers. */
export const inWords = (error) =>
  isBatchError(error) ? `${titleOf(error.code)} (${error.code})` : "Failed";

const withCopy = (name, value) =>
  value === undefined ? [name, undefined] : [name, code(value), copy(value, name)];
