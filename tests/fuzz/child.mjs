// The process in which the cases run.

import process from "node:process";
import { run } from "./run.mjs";

const ALIVE_MS = 1_000;

process.once("disconnect", () => process.exit());
process.once("message", async (work) => {
  const end = (message) => process.send(message, () => process.exit());
  // Each message shows that the event loop turns, however slow the machine is.
  setInterval(() => process.send({ turns: true }), ALIVE_MS);
  try {
    await run({ ...work, progress: (group) => process.send(group) });
    end({});
  } catch (error) {
    end({ found: error.stack });
  }
});
