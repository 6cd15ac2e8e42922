// The state of a workspace's retention, in one word.

import { isOfRule } from "./rule.js";

const HOUR_MS = 3_600_000;
/** A little more than twice the time between two runs by cron. */
const STALE_MS = 2.5 * HOUR_MS;

/** The states, the worst first. Only `on` is healthy. */
export const STATES = ["failing", "stuck", "off", "dry", "on"];

export const worstOf = (states) => STATES.find((state) => states.includes(state)) ?? "off";

/**
 * Returns the state. Progress is a sign of life, and so is a job that read its list to the end, with failures or
 * without: one batch that the API never deletes must not raise an alarm.
 * @param {object} vitals times in milliseconds since 1970, or `null`
 * @param {{ dry: boolean } | null} vitals.rule
 * @param {object | null} vitals.suspended why the key is refused
 * @param {number | null} vitals.failedAt when the last job failed, if the last job did
 * @param {number | null} vitals.firstCronAt the first hourly run: before it, nothing is late
 * @param {number | null} vitals.aliveAt the last sign of life
 * @param {number} now
 */
export function stateOf({ rule, suspended, failedAt, firstCronAt, aliveAt }, now) {
  if (!rule) return "off";
  if (suspended || (failedAt !== null && failedAt >= (aliveAt ?? 0))) return "failing";
  const since = Math.max(firstCronAt ?? now, aliveAt ?? 0);
  if (now - since > STALE_MS) return "stuck";
  return rule.dry ? "dry" : "on";
}

/**
 * Returns the facts that `stateOf` judges and /metrics has.
 * @param {import("./ledger.js").Ledger} ledger
 * @param {{ dry: boolean } | null} rule
 */
export function readVitals(ledger, rule) {
  const active = ledger.active();
  const [last = null] = ledger.jobs().filter(({ finishedAt }) => finishedAt !== null);
  const doneAt = ledger.get("lastDoneAt") ?? null;
  // A count by an operator under a rule that deletes is not a sign of life.
  const progressAt = active && isOfRule(active) ? active.inner.lastProgressAt : null;
  return {
    rule,
    suspended: ledger.get("suspended") ?? null,
    failedAt: last?.state === "failed" ? last.finishedAt : null,
    firstCronAt: ledger.get("firstCronAt") ?? ledger.get("lastCronAt") ?? null,
    aliveAt: Math.max(doneAt, progressAt) || null,
    lastSuccessAt: ledger.get("lastSuccessAt") ?? null,
    failed: last?.failed ?? 0,
    held: last?.held ?? 0,
    jobMs: last && last.finishedAt - last.startedAt,
    totals: ledger.totals(),
    ...(ledger.get("overdue") ?? { oldest: null, countedAt: null }),
  };
}
