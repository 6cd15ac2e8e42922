// The progress of a job, and its end.

import { button, el, visible } from "./dom.js";
import { amount, number } from "./numbers.js";
import { RELOAD } from "./outcome.js";
import { span } from "./time.js";

/** What the second press does. */
const STOP_NOW = "Stop now";

/** `{ children, update, text }`. */
export function progressView(onStop) {
  const bar = el("progress", { ariaLabel: "Batches that have an outcome" });
  const title = el("p", { className: "question" });
  const pace = el("p", { className: "quiet" });
  const stop = button("Stop", () => {
    stop.disabled = stop.textContent === STOP_NOW;
    stop.textContent = STOP_NOW;
    onStop();
  });
  return {
    children: [title, bar, pace, el("div", { className: "actions" }, stop)],
    text: doneText,
    update(job) {
      [bar.max, bar.value] = [job.total, job.done];
      title.textContent = job.isStopped() ? `Stopping… ${doneText(job)}` : doneText(job);
      pace.textContent = [
        `${job.rate < 10 ? job.rate.toFixed(1) : Math.round(job.rate)} a second`,
        pauseText(job),
        leftText(job),
        job.failed > 0 && `${number.format(job.failed)} failed so far`,
      ]
        .filter(Boolean)
        .join(" · ");
    },
  };
}

const doneText = ({ done, total }) => `${number.format(done)} of ${number.format(total)} done`;

function pauseText({ pausedUntil }) {
  const left = pausedUntil - Date.now();
  return left > 0 && `the API wants a pause: ${Math.ceil(left / 1_000)} s`;
}

function leftText({ done, total, startedAt }) {
  if (done < 10) return undefined;
  const each = (Date.now() - startedAt) / done;
  return `about ${span(Math.max(each * (total - done), 1_000))} left`;
}

/** How a job has ended: `{ children, text }`. */
export function endView(job) {
  const { deleted, missing, failed, inDoubt, error } = job;
  const unsent = job.total - job.done;
  const parts = [
    `Deleted ${amount(deleted)}`,
    missing > 0 && `${number.format(missing)} were gone already`,
    failed > 0 && `${number.format(failed)} failed`,
    unsent > 0 && `${number.format(unsent)} were not deleted`,
  ];
  const counts = parts.filter(Boolean).join(", ");
  const text = job.isStopped()
    ? `Stopped. ${counts}`
    : error
      ? `It ended early. ${counts}`
      : counts;
  const isWell = !error && failed === 0;
  return {
    text,
    children: [
      el("p", { className: `outcome-title ${isWell ? "done" : "failed"}` }, text),
      error && el("p", { className: "message" }, visible(error.message ?? error)),
      inDoubt > 0 &&
        el(
          "p",
          { className: "message" },
          `${amount(inDoubt)} of the failed may be deleted: ${RELOAD}`,
        ),
      failed > 0 && el("p", { className: "quiet" }, "See Results."),
    ],
  };
}
