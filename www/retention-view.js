// How a rule, a preview and a job look.

import { code, copyButton, el, facts } from "./dom.js";
import { amount, number } from "./numbers.js";
import { clock, timeElement } from "./time.js";

const time = (ms) => timeElement(new Date(ms).toISOString());

/** A rule in one sentence. */
export function ruleText(rule) {
  if (!rule) return "Retention is off: no batch is deleted by its age.";
  const days = rule.days === 1 ? "1 day" : `${rule.days} days`;
  const which =
    rule.by === "ended" ? "that ended more than" : "that ended, and were created more than";
  const every = rule.dry
    ? "The hourly run only counts batches"
    : "Every hour, the Worker deletes batches";
  return `${every} ${which} ${days} ago.`;
}

/** When it ran, runs next, and last came to its end. */
export function whenFacts({ lastCronAt, nextCronAt, lastSuccessAt, suspended }) {
  return [
    fact("Last hourly run", lastCronAt ? time(lastCronAt) : "none yet"),
    nextCronAt && fact("Next hourly run", time(nextCronAt)),
    fact("Last success", lastSuccessAt ? time(lastSuccessAt) : "none yet"),
    suspended &&
      fact(
        "Suspended",
        `The API refuses the key: ${suspended.error.message}. Each hourly run tries it once.`,
      ),
  ].filter(Boolean);
}

/** The dates and sample ids of a preview or a job, and the batches that are left out because they are odd. */
export function selectionFacts({ oldest, newest, sample = [], unjudged = [], unjudgedTotal = 0 }) {
  return [
    oldest &&
      facts([
        ["Oldest", timeElement(oldest)],
        ["Newest", timeElement(newest)],
      ]),
    sample.length > 0 &&
      folded(
        `${sample.length} of them`,
        sample.map((id) => [code(id)]),
      ),
    unjudgedTotal > 0 &&
      folded(
        `${amount(unjudgedTotal)} left out: a time or the id can’t be read`,
        unjudged.map(({ id, field }) => [id ? code(id) : "no id", `: ${field}`]),
      ),
  ].filter(Boolean);
}

const folded = (title, items) =>
  el(
    "details",
    {},
    el("summary", {}, title),
    el(
      "ol",
      {},
      items.map((item) => el("li", {}, item)),
    ),
  );

/** Shows the progress of an active job: `{ element, update }`. */
export function progressOf() {
  const bar = el("progress", { "aria-label": "Batches that are gone" });
  const text = el("p", { className: "question" });
  const state = el("p", { className: "quiet" });
  const update = (job) => {
    const done = job.dry ? job.listed : job.deleted + job.missing;
    const verb = job.dry ? "counted" : "gone";
    if (job.expected) [bar.max, bar.value] = [Math.max(job.expected, done), done];
    const of = job.expected === null ? "" : ` of ${number.format(job.expected)}`;
    const failed = job.failed > 0 ? `, ${number.format(job.failed)} failed so far` : "";
    text.textContent = `${number.format(done)}${of} are ${verb}${failed}`;
    state.replaceChildren(...stateOf(job));
  };
  return { element: el("div", { className: "progress" }, text, bar, state), update };
}

function stateOf({ state, nextRunAt, lastError, startedBy, startedAt }) {
  const begun = [`Started by ${startedBy} `, time(startedAt), ". "];
  if (state !== "waiting" || nextRunAt === null) return [...begun, "It goes on without this page."];
  const why = lastError ? ` The last error: ${lastError.message}` : "";
  return [...begun, `It waits until ${clock(new Date(nextRunAt))}.${why}`];
}

/** How a job has ended, in one sentence. */
export function outcomeOf({ state, dry, listed, deleted, missing, failed, held = 0 }) {
  const kept = held > 0 ? `, ${number.format(held)} are on hold` : "";
  if (dry && state === "done")
    return { text: `Counted ${amount(listed)}${kept}: nothing was deleted`, isWell: true };
  const gone = `${missing > 0 ? `, ${number.format(missing)} were gone already` : ""}${kept}`;
  const text = `Deleted ${amount(deleted)}${gone}`;
  if (state === "stopped") return { text: `Stopped. ${text}`, isWell: true };
  if (state === "failed") return { text: `It failed. ${text}`, isWell: false };
  if (failed === 0) return { text, isWell: true };
  return { text: `${text}, ${number.format(failed)} failed`, isWell: false };
}

/** What a job that has ended was about, and its failures by code. */
export function jobFacts({ lastError, failures, state, ...job }) {
  const shown = selectionFacts(job);
  if (lastError && (state === "failed" || lastError.code === "rule_changed")) {
    shown.push(el("p", { className: "message" }, lastError.message));
  }
  for (const { code: name, count, batches } of failures) {
    const items = batches.map(({ id, message, requestId, maybeApplied }) => [
      code(id),
      ` ${message} `,
      maybeApplied && "It may be deleted all the same. ",
      requestId && copyButton(requestId, `request id of ${id}`),
    ]);
    shown.push(folded(`${name}: ${amount(count)}`, items));
  }
  return shown;
}

/** A job, as a line of the history. */
export function historyOf(job) {
  const { id, startedAt, startedBy, finishedAt } = job;
  const text = finishedAt === null ? "running" : outcomeOf(job).text;
  return el("li", { "data-job": id }, time(startedAt), `, ${startedBy}: ${text}`);
}

export function problemList(problems) {
  return el(
    "ul",
    {},
    problems.map((problem) => el("li", {}, problem)),
  );
}

const fact = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, value));
