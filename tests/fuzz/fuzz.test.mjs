// Hostile values and responses by chance: 5 000 cases here, 200 000 by `npm run fuzz`.

import { test } from "node:test";
import { fuzz } from "./fuzz.mjs";

test("whatever comes in, each call settles, and shows no key", {
  timeout: 1_800_000,
}, async (t) => {
  t.diagnostic(`seed ${await fuzz({ count: 5_000 })}`);
});
