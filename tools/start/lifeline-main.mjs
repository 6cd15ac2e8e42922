// A process that kills others once its standard input ends, which it does with the process that wrote it.
// Its lines: `+<process id>` to watch one, `-<process id>` once it has ended.

import { createInterface } from "node:readline";

const watched = new Set();

for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith("+")) watched.add(pid);
  else watched.delete(pid);
}
for (const pid of watched) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
