// The Worker in front of a world of the emulator, in this process, for tests of its page.

import { startWorker } from "../../tools/start/worker.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { freePort } from "../runtimes/free-port.mjs";
import { newWorld } from "../runtimes/world.mjs";

export const SECRET = "operator-operator";

/**
 * @param {object} [wanted]
 * @param {Record<string, string>} [wanted.vars]
 * @param {boolean} [wanted.isOpen] no operator signs in
 * @returns {Promise<{ origin: string, world: object, stop: () => Promise<void> }>}
 */
export async function startPage({ vars, isOpen = true } = {}) {
  const emulator = await startEmulator();
  const world = newWorld(emulator.origin);
  const port = await freePort();
  const worker = await startWorker({
    port,
    vars: {
      DEMO: "emulator",
      ANTHROPIC_API_KEY: "sk-ant-worker",
      ANTHROPIC_BASE_URL: world.url,
      OPERATOR_SECRET: SECRET,
      ...(isOpen && { OPEN_AT: `http://127.0.0.1:${port}` }),
      ...vars,
    },
  });
  return {
    origin: worker.origin,
    world,
    stop: async () => {
      await worker.stop();
      await emulator.stop();
    },
  };
}
