// `npm run bench:ledger`: a record of 1 000 000 entries, or of the number that is given: its storage, the times to
// verify and to export it, and how long `GET /retention` takes during the export.

import { fileURLToPath } from "node:url";
import { SECRET, startFor, startWorld } from "./world.mjs";

const MAIN = fileURLToPath(new URL("storage-main.mjs", import.meta.url));
const COUNT = Number(process.argv[2] ?? 1_000_000);
/** Entries of one request to the test's Worker. */
const PART = 20_000;
const QUIET_MS = 5_000;
const headers = { authorization: `Bearer ${SECRET}` };

/** Functions that end the servers. */
const endings = [];
const run = { after: (end) => endings.push(end) };

try {
  const worker = await startFor(run, await startWorld(run), { main: MAIN });
  const send = (path, init) => fetch(`${worker.origin}${path}`, { headers, ...init });
  const control = async (path, body) => (await send(path, { method: "POST", body })).json();
  const empty = await control("/_size");
  const filled = await timed(async () => {
    for (let done = 0; done < COUNT; done += PART) {
      await control("/_fill", `${Math.min(PART, COUNT - done)}`);
    }
  });
  const bytes = (await control("/_size")) - empty;
  console.log(`${COUNT} entries: ${mb(bytes)}, ${Math.round(bytes / COUNT)} bytes each`);
  console.log(`appended and sealed in ${filled.seconds} s`);
  const verified = await timed(async () => (await send("/ledger/verify")).json());
  const verifiedAt = performance.now();
  console.log(`verified in ${verified.seconds} s: ${JSON.stringify(verified.result)}`);
  const quiet = await watch(send, () => performance.now() - verifiedAt > QUIET_MS);
  console.log(`GET /retention before the exports: ${figuresOf(quiet)}`);
  for (const format of ["ndjson", "csv"]) {
    const { result, seconds } = await timed(() => exportWhileWatched(send, format));
    const { lines, size, times } = result;
    console.log(`${format}: ${lines} lines, ${mb(size)} in ${seconds} s`);
    console.log(`  GET /retention during the export: ${figuresOf(times)}`);
  }
} finally {
  for (const end of endings.toReversed()) await end();
}

async function exportWhileWatched(send, format) {
  const response = await send(`/ledger?format=${format}`);
  let isOver = false;
  const watching = watch(send, () => isOver);
  let [lines, size] = [0, 0];
  for await (const chunk of response.body) {
    size += chunk.length;
    for (const byte of chunk) if (byte === 10) lines += 1;
  }
  isOver = true;
  return { lines, size, times: await watching };
}

async function watch(send, isOver) {
  const times = [];
  while (!isOver()) {
    const begin = performance.now();
    await (await send("/retention")).json();
    times.push(Math.round(performance.now() - begin));
  }
  return times;
}

function figuresOf(given) {
  const times = given.toSorted((a, b) => a - b);
  const at = (share) => times[Math.min(Math.floor(times.length * share), times.length - 1)];
  return `${times.length} times, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}

async function timed(step) {
  const begin = performance.now();
  const result = await step();
  return { result, seconds: ((performance.now() - begin) / 1_000).toFixed(1) };
}

function mb(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
