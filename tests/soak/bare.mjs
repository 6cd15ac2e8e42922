// `node tests/soak/bare.mjs`: what workerd's own memory does in 300 000 requests, by bare fetch and through the
// package, one after the other: the resident memory of its process after each twelfth, in MiB. Some five minutes,
// once the package is built.

import { startEmulator } from "../runtimes/emulator.mjs";
import { startMeasured } from "./hosts.mjs";

const WORKER = new URL("bare-worker.mjs", import.meta.url);
const [PARTS, COUNT] = [12, 25_000];
const MIB = 1_048_576;

const emulator = await startEmulator({ args: ["--no-record"] });
try {
  for (const kind of ["bare", "package"]) {
    const worker = await startMeasured(WORKER);
    try {
      console.log(`${kind}: ${(await residentAfterParts(worker, kind)).join(", ")}`);
    } finally {
      await worker.stop();
    }
  }
} finally {
  await emulator.stop();
}

async function residentAfterParts(worker, kind) {
  const resident = [];
  for (let part = 0; part < PARTS; part += 1) {
    await worker.call({ kind, count: COUNT, origin: emulator.origin });
    resident.push(Math.round((await worker.residentBytes()) / MIB));
  }
  return resident;
}
