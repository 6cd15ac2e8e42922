// A whole retention job under a limit and faults, with people watching: its counts.

import { setTimeout as sleep } from "node:timers/promises";
import { endOf, fill, idsOf, startFor, startPreviewed, startWorld } from "./world.mjs";

/** Returns faults that together strike a share of the DELETEs. */
const faultsOf = (share) => [
  { match: { method: "DELETE" }, times: null, rate: share / 2, status: 529 },
  { match: { method: "DELETE" }, times: null, rate: share * 0.3, reset: "after" },
  { match: { method: "DELETE" }, times: null, rate: share * 0.2, reset: "before" },
];

/**
 * @param {object} t the test, which ends the servers
 * @param {object} given
 * @param {number} given.old
 * @param {number} given.young
 * @param {number} given.requestsPerMinute
 * @param {number} [given.burst] by default the requests of a minute
 * @param {number} given.faults the share of DELETEs that end in a fault
 * @param {number} given.watchers clients that read the job each second
 * @param {object} [given.vars] of the Worker
 * @param {number} [given.limitMs]
 */
export async function measure(t, given) {
  const { old, young, requestsPerMinute, burst, faults, watchers, vars, limitMs } = given;
  const world = await startWorld(t);
  const made = await fill(world, old, young);
  await world.settings({ requestsPerMinute, ...(burst && { burst }) });
  await world.faults(faultsOf(faults));
  const { call } = await startFor(t, world, { vars });
  const job = await startPreviewed(call);
  await world.clearRequests();
  const begin = performance.now();
  const end = new AbortController();
  const watching = Array.from({ length: watchers }, () => watch(call, job.id, end.signal));
  const ended = await endOf(call, job.id, limitMs);
  const seconds = (performance.now() - begin) / 1_000;
  end.abort();
  const looks = (await Promise.all(watching)).flat();
  const { requests } = await world.requests();
  const stats = await world.stats();
  return {
    job: ended,
    left: await idsOf(world),
    young: made.young,
    deletedByServer: stats.deleted,
    unmatched: stats.unmatched,
    seconds,
    looks: looks.length,
    requests: requests.length,
    gets: requests.filter(({ method }) => method === "GET").length,
    refused: stats.rateLimited,
  };
}

async function watch(call, id, signal) {
  const seen = [];
  while (!signal.aborted) {
    seen.push((await call("GET", `/retention/jobs/${id}`)).body.deleted);
    await sleep(1_000);
  }
  return seen;
}
