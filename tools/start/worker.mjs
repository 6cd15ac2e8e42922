// Runs the Worker of www/worker in workerd, as its wrangler.jsonc says, on this machine alone.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Log, LogLevel, Miniflare } from "miniflare";
import { ROOT } from "../shared/run.mjs";
import { ASSETS, writeAssets } from "./assets.mjs";
import { bundleWorker } from "./bundle-worker.mjs";
import { HOST } from "./port.mjs";

const FOLDER = join(ROOT, "www/worker");

/**
 * @param {object} wanted
 * @param {number} [wanted.port] 0 for any that is free
 * @param {Record<string, string>} [wanted.vars] on top of those of wrangler.jsonc, and secrets
 * @param {object} [wanted.consumer] changes to how the queue is consumed
 * @param {object[]} [wanted.others] further Workers, as Miniflare takes them
 * @param {object} [wanted.more] further options of the Worker's, as Miniflare takes them
 */
export async function startWorker({ port = 0, vars = {}, consumer = {}, others = [], more = {} }) {
  writeAssets();
  const config = readConfig();
  const { modules } = await bundleWorker(join(FOLDER, config.main));
  const miniflare = new Miniflare({
    // Quiet, but for what the Worker itself says.
    log: new Log(LogLevel.ERROR),
    host: HOST,
    // Nothing is fetched to look like Cloudflare's network.
    cf: false,
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
        ...queues(config, consumer),
        ...more,
      },
      ...others,
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
      /** Puts messages on the queue, as nobody but a sweep does. */
      send: async (...bodies) => {
        const [{ binding }] = config.queues.producers;
        const queue = await miniflare.getQueueProducer(binding, config.name);
        await queue.sendBatch(bodies.map((body) => ({ body })));
      },
      stop: () => miniflare.dispose(),
    };
  } catch (error) {
    // What did start would keep this process alive.
    await miniflare.dispose().catch(() => {});
    throw error;
  }
}

/** The configuration that `wrangler deploy` reads. */
export function readConfig() {
  const text = readFileSync(join(FOLDER, "wrangler.jsonc"), "utf8");
  return JSON.parse(text.replaceAll(/^\s*\/\/.*$/gm, ""));
}

function queues({ queues: { producers, consumers } }, changes) {
  return {
    queueProducers: Object.fromEntries(
      producers.map(({ binding, queue }) => [binding, { queueName: queue }]),
    ),
    queueConsumers: Object.fromEntries(
      consumers.map((consumer) => [
        consumer.queue,
        {
          maxBatchSize: consumer.max_batch_size,
          maxBatchTimeout: consumer.max_batch_timeout,
          maxRetries: consumer.max_retries,
          deadLetterQueue: consumer.dead_letter_queue,
          ...changes,
        },
      ]),
    ),
  };
}
