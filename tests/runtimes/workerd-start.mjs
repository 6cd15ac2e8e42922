// Runs a worker in workerd.

import { Miniflare } from "miniflare";
import { bundleWorker, COMPATIBILITY_DATE } from "../../tools/start/bundle-worker.mjs";

/**
 * @param {string | URL} entry the worker's module
 * @param {object} [options] further ones of Miniflare's
 * @param {string[]} [conditions] which of a package's exports are taken first
 * @param {(modules: object[]) => void} [change] changes the modules of the bundle
 */
export async function startWorker(entry, options = {}, conditions = undefined, change = () => {}) {
  const { modules, wasm } = await bundleWorker(entry, conditions);
  change(modules);
  const miniflare = new Miniflare({
    compatibilityDate: COMPATIBILITY_DATE,
    modules,
    ...options,
  });
  const url = await miniflare.ready.catch(async (error) => {
    // The parts that have started would keep the test's process alive.
    await miniflare.dispose().catch(() => {});
    throw error;
  });
  return {
    wasm,
    url,
    miniflare,
    /** Sends a JSON document to the worker, and resolves with its response. */
    async call(document) {
      const response = await fetch(url, { method: "POST", body: JSON.stringify(document) });
      const text = await response.text();
      if (!response.ok) throw new Error(`the worker responded with ${response.status}: ${text}`);
      return JSON.parse(text);
    },
    stop: () => miniflare.dispose(),
  };
}
