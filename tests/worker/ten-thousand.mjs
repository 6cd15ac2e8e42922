// `npm run bench:retention`: 10 000 batches, 6 000 of them old, 1 000 requests a minute, 10 % faults,
// ten clients that watch. Prints the counts of the ledger and the emulator, after some seven minutes.

import assert from "node:assert/strict";
import { measure } from "./measure.mjs";

const OLD = 6_000;

/** Functions that end the servers. */
const endings = [];
const run = { after: (end) => endings.push(end) };

try {
  const measured = await measure(run, {
    ...{ old: OLD, young: 4_000, requestsPerMinute: 1_000, faults: 0.1, watchers: 10 },
    limitMs: 1_200_000,
  });
  const { job, left, young, requests, gets, refused, seconds, looks } = measured;
  const percent = (part) => `${((part / requests) * 100).toFixed(2)} %`;
  console.log(`${job.state}: ${job.deleted} deleted, ${job.missing} missing, ${job.failed} failed`);
  console.log(`the emulator deleted ${measured.deletedByServer}; ${left.length} batches are left`);
  console.log(`${requests} requests in ${Math.round(seconds)} s; ${looks} reads of the job`);
  console.log(
    `GETs: ${gets} (${percent(gets)}); refused with 429: ${refused} (${percent(refused)})`,
  );
  assert.deepEqual(left, young, "just the old ones are gone");
  assert.deepEqual([job.deleted, measured.deletedByServer], [OLD, OLD]);
} finally {
  for (const end of endings.toReversed()) await end();
}
