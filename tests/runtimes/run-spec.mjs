// Runs the specification in the runtime that loads this.

import * as assert from "./assert.mjs";
import { cases } from "./spec/index.js";
import { newWorld } from "./world.mjs";

/** The runtimes that also run the pure cases: Node, nightly Chromium. Chromium always runs a page's pure cases. */
const RUNS_PURE = /^(node\b|chromium\b.*\bnightly$)/;
const RUNS_PURE_OF_PAGES = /^chromium\b/;

/** For one case: less than a driver of a browser waits. */
const LIMIT_MS = 120_000;

/**
 * @param {object} settings
 * @param {object} settings.api the package's exports
 * @param {{ name: string, page: boolean }} settings.runtime where this runs
 * @param {string} settings.origin of the emulator
 * @param {number} [settings.concurrency] the number of cases that run at the same time
 * @param {{ index: number, of: number }} [settings.share] only this share of the cases
 * @param {string | string[] | Function} [settings.filter] as `casesFor` takes it
 * @returns {Promise<{
 *   runtime: string,
 *   results: Array<{ group: string, name: string, ok: boolean, ms: number, error?: string }>,
 *   notApplicable: string[],
 * }>}
 */
export async function runSpec({ api, runtime, origin, concurrency = 16, share, filter = "" }) {
  const host = runtime.page ? "page" : "server";
  const chosen = casesFor(runtime.name, filter).filter(
    (_, index) => !share || index % share.of === share.index,
  );
  const applicable = chosen.filter(({ where }) => !where || where === host);
  const outcomes = new Array(applicable.length);
  let next = 0;
  const work = async () => {
    while (next < applicable.length) {
      const index = next++;
      outcomes[index] = await runCase(applicable[index], { api: noted(api), runtime, origin });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  const notApplicable = [
    ...chosen.filter((one) => !applicable.includes(one)),
    ...outcomes.filter(({ isMissing }) => isMissing),
  ];
  return {
    runtime: runtime.name,
    results: outcomes.filter(({ isMissing }) => !isMissing),
    notApplicable: notApplicable.map(({ group, name }) => `${group}: ${name}`),
  };
}

/**
 * Returns the cases that a runtime runs: with a filter the named cases, else all, or all that are not pure.
 * @param {string} name whose first word is the runtime
 * @param {string | string[] | ((one: { group: string, name: string }) => boolean)} filter
 */
export function casesFor(name, filter = "") {
  if (filter === "") {
    const isOfPage = RUNS_PURE_OF_PAGES.test(name);
    return cases.filter(
      ({ isPure, where }) => !isPure || RUNS_PURE.test(name) || (isOfPage && where === "page"),
    );
  }
  if (typeof filter === "function") return cases.filter(filter);
  const wanted = [filter].flat();
  const names = (text, one) => `${one.group}: ${one.name}`.includes(text);
  // One that names no case has lost its test.
  const lost = wanted.filter((text) => !cases.some((one) => names(text, one)));
  if (lost.length > 0) throw new Error(`there is no case of that name: ${lost.join(", ")}`);
  return cases.filter((one) => wanted.some((text) => names(text, one)));
}

/** The exports that `./core` leaves out: a case that uses one of these does not concern it. */
const NOT_IN_CORE = [
  "deleteBatches",
  "cancelBatches",
  "purgeBatches",
  "listBatches",
  "createRelay",
];

/** The exports, and whether one was used that `./core` leaves out. */
function noted(api) {
  const note = { isMissing: false };
  if ("deleteBatches" in api) return { note, api };
  const get = (exports, name) => {
    note.isMissing ||= NOT_IN_CORE.includes(name);
    return exports[name];
  };
  return { note, api: new Proxy({ ...api }, { get }) };
}

async function runCase(
  { group, name, run, allowUnmatched },
  { api: { note, api }, runtime, origin },
) {
  const world = newWorld(origin);
  const options = {
    baseURL: world.url,
    apiKey: "sk-test-SECRET",
    ...(runtime.page && { dangerouslyAllowBrowser: true }),
  };
  const started = performance.now();
  const outcome = { group, name, ok: true };
  try {
    await limited(run({ api, runtime, assert, world, options }));
    const { unmatched } = await world.stats();
    if (!allowUnmatched) assert.equal(unmatched, 0, "requests that the API has no route for");
  } catch (error) {
    outcome.ok = false;
    // Not every runtime's stack has the message in it.
    outcome.error = `${error?.name}: ${error?.message ?? error}\n${error?.stack ?? ""}`;
  }
  outcome.isMissing = note.isMissing;
  outcome.ms = Math.round(performance.now() - started);
  return outcome;
}

async function limited(promise) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${LIMIT_MS} ms`)), LIMIT_MS);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
