// `npm start`: builds the package, starts the emulator of the API, deletes a batch from Node, then
// runs the Worker of www/worker in workerd: the page, the relay, retention by cron. Works
// on a clean clone, and needs no key. `npm start -- --live` puts the real API behind the page.

import { setTimeout as sleep } from "node:timers/promises";
import { main, Stop } from "../shared/say.mjs";
import { deleteOne } from "./delete-one.mjs";
import { addTrouble, fillEmulator, startDemoEmulator } from "./emulator.mjs";
import { HELP, readOptions } from "./options.mjs";
import { endWithNpm } from "./parent.mjs";
import { HOST, holdPort } from "./port.mjs";
import { prepare } from "./prepare.mjs";

/** The key that the relay adds to each request. The emulator takes any. */
const API_KEY = "sk-ant-demo-key";
/** In the demo, a third of the batches is older. */
const RETENTION_DAYS = "14";
const CRON_EVERY_MS = 3_600_000;
const LIVE = `
LIVE: the real API is behind this page. What is deleted on it is gone for good. Nothing is deleted
without a click on the page.
`;
const MORE = `
More batches, faults and a rate limit:
  npm start -- --batches 10000 --faults 0.1 --requests-per-minute 1000
`;
/** How long a process that gets SIGTERM may take. */
const PATIENCE_MS = 500;

/** The functions that stop the running parts. */
const running = [];
let ending = false;

await main(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return;
  }
  listenForTheEnd();
  endWithNpm(end);
  try {
    await start(options);
  } catch (error) {
    // An error is expected while the other processes are being ended.
    if (ending) return;
    await stopAll();
    throw error;
  }
});

async function start({ port: wanted, live, ...trouble }) {
  const credentials = live && liveCredentials();
  if (live) console.log(LIVE);
  // The port first: a port that is taken must not show only after a build.
  const held = await holdPort(wanted);
  running.push(held.release);
  const preparing = prepare({ live });
  running.push(preparing.stop);
  await preparing.done;

  const vars = live ? credentials : await startDemo(trouble);
  // Only now: before the build there is no Miniflare to import.
  const { startWorker } = await import("./worker.mjs");
  const { port } = held;
  await held.release();
  const worker = await startWorker({
    port,
    vars: { ...vars, OPEN_AT: `http://${HOST}:${port} http://localhost:${port}` },
  });
  running.push(worker.stop);
  // Miniflare has come with its own way of ending: at once, and with an exit code that says so.
  listenForTheEnd();
  if (!live) {
    startCron(worker);
    console.log(MORE);
  }
  console.log("A page that lists batches and deletes them (Ctrl-C stops everything):\n");
  console.log(`  ${worker.origin}\n`);
}

/** An emulator with batches, of which one is deleted in the terminal. */
async function startDemo(trouble) {
  const emulator = await startDemoEmulator();
  running.push(emulator.stop);
  await fillEmulator(emulator.origin);
  await deleteOne({ emulator: emulator.origin, apiKey: API_KEY });
  await addTrouble(emulator.origin, trouble);
  console.log(`\nThe emulator of the API: ${emulator.origin}`);
  return {
    DEMO: "emulator",
    ANTHROPIC_API_KEY: API_KEY,
    ANTHROPIC_BASE_URL: emulator.origin,
    RETENTION_DAYS,
  };
}

/** The real API, as the package itself would find it. Nothing is deleted without a click. */
function liveCredentials() {
  const { ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, ANTHROPIC_BASE_URL } = process.env;
  if (!ANTHROPIC_API_KEY && !ANTHROPIC_AUTH_TOKEN) {
    throw new Stop("--live uses the real API: set ANTHROPIC_API_KEY (or ANTHROPIC_AUTH_TOKEN).");
  }
  const found = { ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, ANTHROPIC_BASE_URL };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value));
}

function startCron(worker) {
  const timer = setInterval(() => worker.runCron().catch(console.error), CRON_EVERY_MS);
  running.push(() => clearInterval(timer));
}

function listenForTheEnd() {
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.removeAllListeners(signal);
    process.once(signal, end);
  }
}

/** On Ctrl-C, or on a signal to terminate. */
async function end() {
  ending = true;
  await stopAll();
  process.exit(0);
}

async function stopAll() {
  const patience = sleep(PATIENCE_MS, undefined, { ref: false });
  await Promise.race([Promise.all(running.map((stop) => stop())), patience]);
}
