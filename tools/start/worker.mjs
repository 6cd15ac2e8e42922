// Runs the Worker of www/worker in workerd, as its wrangler.sample.jsonc says, on this machine alone.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Log, LogLevel, Miniflare } from "miniflare";
import { ROOT } from "../shared/run.mjs";
import { ASSETS, writeAssets } from "./assets.mjs";
import { bundleWorker } from "./bundle-worker.mjs";
import { endWorkerdWithThisProcess } from "./lifeline.mjs";
import { HOST } from "./port.mjs";

const FOLDER = join(ROOT, "www/worker");

// Made once in a process: all its Workers serve the same files, and those with one entry have one bundle.
let assets;
const bundles = new Map();

/**
 * @param {object} wanted
 * @param {number} [wanted.port] 0 for any that is free
 * @param {Record<string, string>} [wanted.vars] secrets, and variables besides the ones of wrangler.sample.jsonc
 * @param {string} [wanted.persist] a folder in which the Durable Objects outlive this process
 * @param {string} [wanted.main] replaces the entry of wrangler.sample.jsonc
 * @param {object} [wanted.more] further options of the Worker's, as Miniflare takes them
 * @param {object} [wanted.runtime] further options of Miniflare's own
 */
export async function startWorker({ port = 0, vars = {}, persist, main, more = {}, runtime = {} }) {
  endWorkerdWithThisProcess();
  const config = readConfig();
  const entry = main ?? join(FOLDER, config.main);
  if (!bundles.has(entry)) bundles.set(entry, bundleWorker(entry));
  assets ??= writeAssets();
  const [{ modules }] = await Promise.all([bundles.get(entry), assets]);
  const miniflare = new Miniflare({
    // Quiet, except for the output of the Worker itself.
    log: new Log(LogLevel.ERROR),
    host: HOST,
    // Miniflare would download data about Cloudflare's network.
    cf: false,
    durableObjectsPersist: persist ?? false,
    ...runtime,
    workers: [
      {
        name: config.name,
        modules,
        compatibilityDate: config.compatibility_date,
        compatibilityFlags: config.compatibility_flags,
        bindings: { ...config.vars, ...vars },
        assets: {
          directory: ASSETS,
          binding: config.assets.binding,
          routerConfig: {
            has_user_worker: true,
            invoke_user_worker_ahead_of_assets: config.assets.run_worker_first,
          },
        },
        // A socket of its own: on Miniflare's, every page could start the cron.
        unsafeDirectSockets: [{ host: HOST, port }],
        durableObjects: durableObjects(config),
        ...more,
      },
    ],
  });
  try {
    await miniflare.ready;
    const { port: taken } = await miniflare.unsafeGetDirectURL(config.name);
    return {
      miniflare,
      origin: `http://${HOST}:${taken}`,
      /** Starts the cron handler, and resolves when it has ended. */
      runCron: async () => {
        const worker = await miniflare.getWorker(config.name);
        const { outcome } = await worker.scheduled({ cron: config.triggers.crons[0] });
        if (outcome !== "ok") throw new Error(`the cron run ended with ${outcome}`);
      },
      stop: () => miniflare.dispose(),
    };
  } catch (error) {
    // The parts that did start would keep this process alive.
    await miniflare.dispose().catch(() => {});
    throw error;
  }
}

/** The configuration as it is before an operator edits it. */
export function readConfig() {
  const text = readFileSync(join(FOLDER, "wrangler.sample.jsonc"), "utf8");
  return JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, ""));
}

function durableObjects({ durable_objects: { bindings }, migrations }) {
  const sqlite = migrations.flatMap(({ new_sqlite_classes }) => new_sqlite_classes);
  return Object.fromEntries(
    bindings.map(({ name, class_name: className }) => [
      name,
      { className, useSQLite: sqlite.includes(className) },
    ]),
  );
}
