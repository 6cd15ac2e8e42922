// The process in which the cases run.

import process from "node:process";
import { run } from "./run.mjs";

process.once("message", async (work) => {
  const end = (message) => process.send(message, () => process.exit());
  try {
    await run({ ...work, progress: (group) => process.send(group) });
    end({});
  } catch (error) {
    end({ found: error.stack });
  }
});
