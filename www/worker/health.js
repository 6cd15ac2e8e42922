// For a monitor: /health as JSON, /metrics for Prometheus. Neither needs the secret of an operator.

import { readConfiguration } from "./configuration.js";
import { secretProblem } from "./operators.js";
import { json } from "./responses.js";
import { stateOf, worstOf } from "./retention/vitals.js";
import { admit, isSame } from "./sign-in.js";

/** The cache time of the public response, which anyone may request. */
const PUBLIC_MS = 10_000;

let published = { at: Number.NEGATIVE_INFINITY, ok: false };

/** Responds with 200 if each workspace's state is `on`, else with 503. */
export async function health(request, env) {
  const { isTrusted, refusal: refused } = await reader(request, env);
  if (refused) return refused;
  if (!isTrusted) {
    // It covers all workspaces: one response is kept for all clients, and names of workspaces are not public.
    if (Date.now() - published.at > PUBLIC_MS) {
      const { state } = await read(env);
      published = { at: Date.now(), ok: state === "on" };
    }
    return json(published.ok ? 200 : 503, { ok: published.ok });
  }
  const { state, problems, workspaces } = await read(env, wantedBy(request));
  const shown = workspaces.map(({ totals: _totals, jobMs: _jobMs, ...others }) => others);
  const ok = state === "on";
  return json(ok ? 200 : 503, { ok, state, problems, workspaces: shown });
}

/** Responds with counters and gauges in Prometheus' exposition format. */
export async function metrics(request, env) {
  const { isTrusted, refusal: refused } = await reader(request, env);
  if (refused) return refused;
  if (!isTrusted) return new Response("Send HEALTH_TOKEN as a bearer token.\n", { status: 401 });
  const { problems, workspaces } = await read(env, wantedBy(request));
  const lines = METRICS.flatMap(([name, type, help, samplesOf]) => [
    `# HELP ${PREFIX}${name} ${help}`,
    `# TYPE ${PREFIX}${name} ${type}`,
    ...workspaces.flatMap((one) =>
      samplesOf(one).map(([value, labels]) => {
        const all = Object.entries({ workspace: one.workspace, ...labels });
        const text = all.map(([key, label]) => `${key}=${JSON.stringify(label)}`).join();
        return `${PREFIX}${name}{${text}} ${value}`;
      }),
    ),
  ]);
  lines.push(
    `# HELP ${PREFIX}configuration_problems Variables that are not valid.`,
    `# TYPE ${PREFIX}configuration_problems gauge`,
    `${PREFIX}configuration_problems ${problems.length}`,
  );
  const headers = { "content-type": "text/plain; version=0.0.4", "cache-control": "no-store" };
  return new Response(`${lines.join("\n")}\n`, { headers });
}

const PREFIX = "message_batches_";
const one = (value, labels) => (value === null ? [] : [[value, labels]]);
const seconds = (ms) => (ms === null ? null : ms / 1_000);

/** Name, type, help, and the samples of a workspace. */
const METRICS = [
  ["deleted_total", "counter", "Batches deleted by age.", ({ totals }) => one(totals.deleted)],
  [
    "missing_total",
    "counter",
    "Batches that were gone before their deletion by age.",
    ({ totals }) => one(totals.missing),
  ],
  [
    "failures_total",
    "counter",
    "Deletions by age that failed after their retries, by code.",
    ({ totals }) => Object.entries(totals.failed).map(([code, count]) => [count, { code }]),
  ],
  [
    "oldest_overdue_age_seconds",
    "gauge",
    "Age of the oldest batch that the rule should have deleted, as of the last count; 0 if there is none.",
    (vitals) => one(vitals.oldestOverdueSeconds),
  ],
  [
    "last_count_timestamp_seconds",
    "gauge",
    "When the overdue batches were last counted.",
    ({ countedAt }) => one(seconds(countedAt)),
  ],
  [
    "last_success_timestamp_seconds",
    "gauge",
    "When a job last deleted all that it had to.",
    ({ lastSuccessAt }) => one(seconds(lastSuccessAt)),
  ],
  ["job_seconds", "gauge", "Duration of the last job.", ({ jobMs }) => one(seconds(jobMs))],
  ["held", "gauge", "Batches that HOLD kept from the last job.", ({ held }) => one(held)],
  [
    "state",
    "gauge",
    "The state: on, dry, off, stuck or failing.",
    ({ state }) => one(1, { state }),
  ],
];

/** Returns whether a request may read more than `ok`, or the response that refuses it. */
async function reader(request, env) {
  if (!["GET", "HEAD"].includes(request.method)) {
    return { refusal: new Response("GET or HEAD only.\n", { status: 405 }) };
  }
  const { HEALTH_TOKEN: token } = env;
  const [, given] = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
  const isSet = secretProblem("HEALTH_TOKEN", token) === undefined;
  if (isSet && given && (await isSame(given, token))) return { isTrusted: true };
  const { operator, refusal } = await admit(request, env);
  return { isTrusted: operator !== undefined, refusal };
}

const wantedBy = ({ url }) => new URL(url).searchParams.get("workspace");

/** Reads the ledgers. Sends no request to the API. */
async function read(env, wanted = null) {
  const configuration = readConfiguration(env);
  const { problems } = configuration;
  const names = configuration.workspaces.map(({ name }) => name);
  const workspaces = await Promise.all(
    names.filter((name) => wanted === null || name === wanted).map((name) => vitalsOf(env, name)),
  );
  const state = problems.length > 0 ? "failing" : worstOf(workspaces.map((one) => one.state));
  return { state, problems, workspaces };
}

async function vitalsOf(env, name) {
  const vitals = await env.RETENTION.get(env.RETENTION.idFromName(name)).vitals(name);
  const { oldest, suspended, lastSuccessAt, aliveAt, countedAt } = vitals;
  const { failed, held, jobMs, totals } = vitals;
  const now = Date.now();
  const age = oldest === null ? 0 : Math.round((now - Date.parse(oldest)) / 1_000);
  return {
    workspace: name,
    state: stateOf(vitals, now),
    isSuspended: suspended !== null,
    ...{ lastSuccessAt, aliveAt, countedAt, failed, held, jobMs, totals },
    oldestOverdueSeconds: countedAt === null ? null : age,
  };
}
