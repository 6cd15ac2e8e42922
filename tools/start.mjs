// `npm start`: builds the package, starts the emulator of the API, deletes a batch from Node, then
// serves the page. Works on a clean clone, and needs no key.

import { setTimeout as sleep } from "node:timers/promises";
import { main } from "./say.mjs";
import { deleteOne } from "./start/delete-one.mjs";
import { listen } from "./start/demo-server.mjs";
import { fillEmulator, startDemoEmulator } from "./start/emulator.mjs";
import { HELP, readOptions } from "./start/options.mjs";
import { prepare } from "./start/prepare.mjs";

/** What the relay adds to each request. The emulator takes any. */
const API_KEY = "sk-ant-demo-key";
/** How long a process that was asked to end may take. */
const PATIENCE_MS = 500;

/** How to end what is running, by now. */
const running = [];
let ending = false;

await main(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return;
  }
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, end);
  try {
    await start(options);
  } catch (error) {
    // Whatever fails because its other end is being ended is no failure.
    if (ending) return;
    await stopAll();
    throw error;
  }
});

async function start({ port }) {
  // The port first: nobody should wait for a build to learn that it is taken.
  const demo = await listen(port);
  running.push(demo.stop);

  const preparing = prepare();
  running.push(preparing.stop);
  await preparing.done;

  const emulator = await startDemoEmulator();
  running.push(emulator.stop);
  await fillEmulator(emulator.origin);
  await deleteOne({ emulator: emulator.origin, apiKey: API_KEY });

  demo.serve({ upstream: emulator.origin, apiKey: API_KEY });
  console.log(`\nThe emulator of the API: ${emulator.origin}`);
  console.log("A page that lists batches and deletes them (Ctrl-C stops everything):\n");
  console.log(`  ${demo.origin}\n`);
}

/** On Ctrl-C, or when asked to terminate. */
async function end() {
  ending = true;
  await stopAll();
  process.exit(0);
}

async function stopAll() {
  const patience = sleep(PATIENCE_MS, undefined, { ref: false });
  await Promise.race([Promise.all(running.map((stop) => stop())), patience]);
}
