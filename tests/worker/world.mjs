// The Worker of www/worker in workerd, in front of a world of the emulator.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startWorker } from "../../tools/start/worker.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { until } from "../runtimes/until.mjs";
import { newWorld } from "../runtimes/world.mjs";

const DAY_S = 86_400;
export const RETENTION_DAYS = 14;
export const SECRET = "operator-operator";
/** A Worker whose clock a test sets. */
export const CLOCKED = fileURLToPath(new URL("clocked-main.mjs", import.meta.url));

/** The settings of the Worker for a world. */
export const varsFor = (world) => ({
  ANTHROPIC_API_KEY: "sk-ant-worker",
  ANTHROPIC_BASE_URL: world.url,
  RETENTION_DAYS: `${RETENTION_DAYS}`,
  OPERATOR_SECRET: SECRET,
});

export async function startWorld(t) {
  const emulator = await startEmulator();
  t.after(emulator.stop);
  return newWorld(emulator.origin);
}

/** The Worker, and `call` for its interface as an operator. */
export async function startFor(t, world, { vars, ...others } = {}) {
  const worker = await startWorker({ vars: { ...varsFor(world), ...vars }, ...others });
  let stopping;
  const stop = () => {
    stopping ??= worker.stop();
    return stopping;
  };
  t.after(stop);
  return { ...worker, stop, call: caller(worker.origin) };
}

/** A folder for the storage of Workers that follow each other. */
export async function newStorage(t) {
  const folder = await mkdtemp(join(tmpdir(), "delete-message-batch-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * A job of six batches whose run is killed in the middle of their deletions, all of which have their effect:
 * `{ world, old, id, persist }`.
 */
export async function startKilled(t) {
  const persist = await newStorage(t);
  const world = await startWorld(t);
  const { old } = await fill(world, 6, 0);
  await world.faults([{ match: { method: "DELETE" }, times: null, hang: true, effect: true }]);
  const worker = await startFor(t, world, { main: CLOCKED, persist });
  const { id } = await startPreviewed(worker.call);
  const run = fetch(`${worker.origin}/_run`).catch(() => {});
  await untilDeleted(world, 1);
  await worker.stop();
  await run;
  return { world, old, id, persist };
}

/** The Worker of another world, and `send` for any request to it. */
export async function startSite(t, vars, more, main) {
  const world = await startWorld(t);
  const { origin } = await startFor(t, world, { vars, more, main });
  const send = (path, init) => fetch(`${origin}${path}`, { redirect: "manual", ...init });
  return { send, origin, world };
}

/** A request of the sign-in form. */
export const formOf = (secret, headers) => ({
  method: "POST",
  headers,
  body: new URLSearchParams({ secret }),
});

/** Calls the Worker's JSON interface: `{ status, body }`. */
export const caller = (origin) => async (method, path, body) => {
  const response = await fetch(`${origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${SECRET}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
};

/** The entries of the record, as `GET /ledger` has them. */
export async function entriesOf(origin, query = "") {
  const headers = { authorization: `Bearer ${SECRET}` };
  const response = await fetch(`${origin}/ledger${query}`, { headers });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

/** Creates old and young batches, equally many by default, not in the order of the list: `{ old, young }`. */
export async function fill(world, old, young = old) {
  const kinds = [
    { name: "young", count: young, ageSeconds: (RETENTION_DAYS - 1) * DAY_S },
    { name: "old", count: old, ageSeconds: (RETENTION_DAYS + 1) * DAY_S },
  ];
  const made = {};
  for (const { name, count, ageSeconds } of kinds) {
    const { batches } = await world.create({ count, ageSeconds });
    made[name] = batches.map(({ id }) => id).sort();
  }
  return made;
}

/** The ids of all batches that are there. */
export async function idsOf(world) {
  const { batches } = await world.batches();
  return batches.map(({ id }) => id).sort();
}

/** Previews, and starts a job for just that. */
export async function startPreviewed(call, more = {}) {
  const { body: preview } = await call("GET", "/retention/preview");
  const wanted = { cutoff: preview.cutoff, expected: preview.count, ...more };
  const { status, body } = await call("POST", "/retention/jobs", wanted);
  assert.ok([200, 201].includes(status), JSON.stringify(body));
  return body.job;
}

/** Waits until a job has ended, and resolves with it. */
export const endOf = (call, id, limitMs) =>
  untilJob(call, id, ({ finishedAt }) => finishedAt !== null, "a job that has ended", limitMs);

/** Waits until a run has ended and the job waits for the next one, and resolves with the job. */
export const untilWaiting = (call, id) =>
  untilJob(call, id, ({ state }) => state !== "running", "a job that waits");

async function untilJob(call, id, isMeant, what, limitMs) {
  let job;
  const look = async () => {
    job = (await call("GET", `/retention/jobs/${id}`)).body;
    return isMeant(job) && job;
  };
  return until(look, () => `${what}, but ${JSON.stringify(job)}`, limitMs);
}

/** Waits until the emulator deleted `count` batches. */
export const untilDeleted = (world, count) =>
  until(async () => (await world.stats()).deleted >= count, `${count} deletions`);

/** Waits until the newest job has ended, and resolves with it. */
export async function lastEnded(call) {
  const { body: jobs } = await call("GET", "/retention/jobs");
  assert.ok(jobs.length > 0, "no job was started");
  return endOf(call, jobs[0].id);
}
