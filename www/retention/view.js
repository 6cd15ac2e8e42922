// The words and tables of a rule, a preview and a run.

import { ofWorkspace } from "../app/workspace.js";
import { html, nothing } from "../ui/element.js";
import { amount, clock, number, span, visible } from "../ui/format.js";
import { code, copy, facts, folded, time, timeAt } from "../ui/parts.js";

const DAY_S = 86_400;

const daysOf = ({ days }) => (days === 1 ? "1 day" : `${days} days`);

/** A rule in one sentence. */
export function ruleOf(rule) {
  if (!rule) return "Retention is off: no batch is deleted by its age.";
  const days = daysOf(rule);
  const verb = rule.by === "ended" ? "ended" : "were created";
  const which =
    rule.by === "ended"
      ? html`that <strong>ended more than ${days} ago</strong>`
      : html`that ended and
    <strong>${verb} more than ${days} ago</strong>`;
  return rule.dry
    ? html`Every hour, count batches ${which}. Nothing is deleted (dry run).`
    : html`Every hour, delete batches ${which}.`;
}

/** The age of the oldest batch that the rule should have deleted. */
function overdueOf(seconds) {
  if (seconds === null) return undefined;
  return seconds === 0
    ? "none"
    : html`<span class="odd">${Math.floor(seconds / DAY_S)} days old</span>`;
}

/** The last run, the next one, and the last success. */
export const whenOf = ({ lastCronAt, nextCronAt, lastSuccessAt, overdueSeconds, suspended }) =>
  html`<div id="retention-when">${facts([
    ["Next run", nextCronAt ? timeAt(nextCronAt) : undefined],
    ["Last hourly run", lastCronAt ? timeAt(lastCronAt) : "none yet"],
    ["Last success", lastSuccessAt ? timeAt(lastSuccessAt) : "none yet"],
    ["Oldest overdue", overdueOf(overdueSeconds)],
    [
      "Suspended",
      suspended &&
        `The API refuses the key: ${visible(suspended.error.message)}. Each hourly run tries it once.`,
    ],
  ])}</div>`;

/** The dates and sample ids of a preview or a run, and the batches that are left out because they are odd. */
export const selectionOf = ({
  oldest,
  newest,
  sample = [],
  unjudged = [],
  unjudgedTotal = 0,
}) => html`
  ${
    oldest
      ? facts([
          ["Oldest", time(oldest)],
          ["Newest", time(newest)],
        ])
      : nothing
  }
  ${
    sample.length > 0
      ? folded(
          `${sample.length} of them`,
          sample.map((id) => code(id)),
        )
      : nothing
  }
  ${
    unjudgedTotal > 0
      ? folded(
          `${amount(unjudgedTotal)} left out: a time or the id can’t be read`,
          unjudged.map(({ id, field }) => html`${id ? code(id) : "no id"}: ${visible(field)}`),
        )
      : nothing
  }`;

/** The progress of a running job. */
export function progressOf(job) {
  const done = job.dry ? job.listed : job.deleted + job.missing;
  const of = job.expected === null ? "" : ` of ${number(job.expected)}`;
  const failed = job.failed > 0 ? `, ${number(job.failed)} failed so far` : "";
  const most = job.expected === null ? nothing : Math.max(job.expected, done);
  return html`<p class="question">${number(done)}${of} are ${job.dry ? "counted" : "gone"}${failed}</p>
    <progress aria-label="Batches that are gone" max=${most} .value=${job.expected === null ? 0 : done}></progress>
    <p class="quiet">Started by ${visible(job.startedBy)} ${timeAt(job.startedAt)}. ${stateOf(job)}</p>`;
}

function stateOf({ state, nextRunAt, lastError }) {
  if (state !== "waiting" || nextRunAt === null) return "It continues without this page.";
  const reason = lastError ? ` The last error: ${visible(lastError.message)}` : "";
  return `It waits until ${clock(nextRunAt)}.${reason}`;
}

/** The end of a run: `{ words, isWell }`. */
export function endOf({ state, dry, listed, deleted, missing, failed, held = 0 }) {
  const kept = held > 0 ? `, ${number(held)} are on hold` : "";
  if (dry && state === "done") {
    return { words: `Counted ${amount(listed)}${kept}: nothing was deleted`, isWell: true };
  }
  const gone = `${missing > 0 ? `, ${number(missing)} were gone already` : ""}${kept}`;
  const words = `Deleted ${amount(deleted)}${gone}`;
  if (state === "stopped") return { words: `Stopped. ${words}`, isWell: true };
  if (state === "failed") return { words: `It failed. ${words}`, isWell: false };
  if (failed === 0) return { words, isWell: true };
  return { words: `${words}, ${number(failed)} failed`, isWell: false };
}

/** The batches of a run that has ended, and its failures by code. */
export const jobOf = ({ lastError, failures, state, ...job }) => html`${selectionOf(job)}
  ${
    lastError && (state === "failed" || lastError.code === "rule_changed")
      ? html`<p class="message">${visible(lastError.message)}</p>`
      : nothing
  }
  ${failures.map(({ code: name, count, batches }) =>
    folded(`${name}: ${amount(count)}`, batches.map(failureOf)),
  )}`;

const failureOf = ({ id, message, requestId, maybeApplied }) =>
  html`${code(id)} ${visible(message)} ${maybeApplied ? "It may be deleted all the same. " : ""}
    ${copy(requestId, `request id of ${id}`)}`;

/** The runs as a table, newest first. */
export const runsOf = (jobs) => html`<table id="retention-jobs" class="runs">
  <caption>Runs</caption>
  <thead><tr><th scope="col">When</th><th scope="col">By</th><th scope="col">Deleted</th>
    <th scope="col">Failed</th><th scope="col">Took</th></tr></thead>
  <tbody>${jobs.map(
    (job) => html`<tr data-job=${job.id}>
      <td><a href=${ofWorkspace(`/ledger?format=csv&job=${job.id}`)} download>${timeAt(job.startedAt)}<span
        class="visually-hidden">: download the record</span></a></td>
      <td>${visible(job.startedBy)} <span class="quiet">${daysOf(job.rule)}</span></td>
      <td title=${job.finishedAt === null ? "running" : endOf(job).words}>${
        job.dry
          ? html`<span class="quiet">dry: ${number(job.listed)}</span>`
          : number(job.deleted + job.missing)
      }</td>
      <td class=${job.failed > 0 ? "bad" : ""}>${number(job.failed)}</td>
      <td>${job.finishedAt === null ? "runs" : span(job.finishedAt - job.startedAt)}</td>
    </tr>`,
  )}</tbody>
</table>`;

export const problemList = (problems) =>
  html`<ul class="problems">${problems.map((problem) => html`<li>${visible(problem)}</li>`)}</ul>`;
