// A Node process that deletes from the stubbed API for tests/bench/cpu.mjs, and sends its own CPU in µs, the
// collector's threads included.

import { contenders, ID } from "./contenders.mjs";

const all = contenders();

process.on("message", async ({ name, count }) => {
  const start = process.cpuUsage();
  for (let left = count; left > 0; left -= 1) await all[name](ID);
  const { user, system } = process.cpuUsage(start);
  process.send(user + system);
});
