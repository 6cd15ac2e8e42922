// `node tests/soak/bare.mjs`: what workerd's own memory does in 300 000 requests, by bare fetch and through the
// package, one after the other: the resident memory of its process after each twelfth, in MiB. Some ten minutes.

import { startEmulator } from "../runtimes/emulator.mjs";
import { inWorkerd } from "./hosts.mjs";

const WORKER = new URL("bare-worker.mjs", import.meta.url);
const [PARTS, COUNT] = [12, 25_000];
const MIB = 1_048_576;

const emulator = await startEmulator({ args: ["--no-record"] });
try {
  for (const kind of ["bare", "package"]) {
    const host = await inWorkerd(WORKER);
    const resident = [];
    for (let part = 0; part < PARTS; part += 1) {
      await host.call({ kind, count: COUNT, origin: emulator.origin });
      resident.push(Math.round((await host.residentBytes()) / MIB));
    }
    console.log(`${kind}: ${resident.join(", ")}`);
    await host.stop();
  }
} finally {
  await emulator.stop();
}
