// The share of the permitted rate that a job uses, beside the official SDK in a loop with p-limit:
// the same emulator, the same limit, the same concurrency, at the same time.

import assert from "node:assert/strict";
import { test } from "node:test";
import { measureRate } from "./measure-rate.mjs";

test("2 000 batches at 3 000 a minute: the permitted rate is used, and no request wasted", async (t) => {
  const { ours, sdk } = await measureRate();
  for (const [name, { share, wasted, seconds }] of Object.entries({ ours, sdk })) {
    const used = `${(share * 100).toFixed(1)} % of the permitted rate`;
    t.diagnostic(
      `${name}: ${used}, ${(wasted * 100).toFixed(1)} % wasted, ${seconds.toFixed(1)} s`,
    );
  }
  assert.ok(ours.share >= 0.97, `${ours.share}`);
  assert.ok(ours.wasted <= 0.01, `${ours.wasted}`);
});
