// The progress of a job in one line, and its end.

import { openTab } from "../app/tabs.js";
import { html, nothing } from "../ui/element.js";
import { amount, brief, number, span } from "../ui/format.js";
import { button, outcome } from "../ui/parts.js";
import { RELOAD } from "./words.js";

/** The done batches from which on the time left is known. */
const KNOWN = 10;
/** Without an outcome for this long, a job counts as paused. */
const IDLE_MS = 1_000;

export function progressView(job, onStop) {
  const { done, total, failed } = job;
  const notes = [...paceOf(job), failed > 0 && html`<em>${number(failed)} failed</em>`];
  return html`<div class="line">
      <p><strong class="question">${job.isStopped() ? "Stopping… " : ""}${doneOf(job)}</strong>
        <span class="quiet">${notes.filter(Boolean).map((note, index) => html`${index > 0 ? " · " : ""}${note}`)}</span></p>
      <progress aria-label="Batches that have an outcome" max=${total} .value=${done}></progress>
    </div>
    ${button(job.isStopped() ? "Stop now" : "Stop", onStop, "", job.isCut())}`;
}

export const doneOf = ({ done, total }) => `${number(done)} of ${number(total)} done`;

/** The rate and the time left; a pause of all requests instead. */
function paceOf({ pausedUntil, rate: last, at, done, total, startedAt }) {
  const now = Date.now();
  const pause = pausedUntil - now;
  if (pause > 0 && now - at > IDLE_MS) {
    return [`Paused by the API, ${Math.ceil(pause / 1_000)} s left`];
  }
  // Between two outcomes the rate falls.
  const rate = Math.min(last, 1_000 / (now - at));
  const pace = `${rate < 10 ? rate.toFixed(1) : number(Math.round(rate))} per second`;
  const left = ((now - startedAt) / done) * (total - done);
  return [pace, done >= KNOWN && `${span(Math.max(left, 1_000))} left`];
}

/** The end of a job in one sentence. */
export function endOf({ deleted, missing, failed, error, total, done, isStopped }) {
  const unsent = total - done;
  const counts = [
    `Deleted ${amount(deleted)}`,
    missing > 0 && `${number(missing)} were gone already`,
    failed > 0 && `${number(failed)} failed`,
    unsent > 0 && `${number(unsent)} were not deleted`,
  ];
  const words = counts.filter(Boolean).join(", ");
  if (isStopped()) return `Stopped. ${words}`;
  return error ? `It ended early. ${words}` : words;
}

export function endView(job, { resume, close }) {
  const { failed, inDoubt, error } = job;
  const rest = job.batches.filter((batch) => batch.outcome === undefined);
  const isWell = !error && failed === 0;
  return html`<div class="line">${outcome(endOf(job), isWell)}
      ${error ? html`<p class="message">${brief(`${error.message ?? error}`)}</p>` : nothing}
      ${
        inDoubt > 0
          ? html`<p class="message">${amount(inDoubt)} of the failed may be deleted: ${RELOAD}</p>`
          : nothing
      }
    </div>
    <div class="actions">
      ${failed > 0 ? button("See Results", () => openTab("results"), "link") : nothing}
      ${rest.length > 0 ? button(`Resume (${number(rest.length)} left)…`, () => resume(rest)) : nothing}
      ${button("Close", close)}
    </div>`;
}

/** A job that a reload has interrupted. */
export const interruptedView = ({ ids, total }, { resume, close }) => html`<div class="line">
    <p><strong class="question">A deletion was interrupted.</strong>
      <span class="quiet">${number(total - ids.length)} of ${number(total)} done</span></p>
  </div>
  <div class="actions">
    ${button(`Resume (${number(ids.length)} left)…`, resume)}${button("Discard", close)}
  </div>`;
