// A few cases in each other Node that people use: a short round in 22 and 26, the shortest in 20, whose support has
// ended. All cases run in the LTS.

import { test } from "node:test";
import { ensureNode, LTS, NODES } from "../../tools/test/node-versions.mjs";
import { SMALL } from "../browsers/small.mjs";
import { coreInProcess, specInProcess } from "./process-runtime.mjs";

/** An array of ids, an abort, an error. */
const SHORTEST = [
  "wire: no betas",
  "jobs: ids from an array",
  "abort: in the middle of the body",
  "responses: 404",
];

for (const [major, version] of Object.entries(NODES)) {
  if (Number(major) === LTS) continue;
  test(`node ${version}`, async (t) => {
    const command = await ensureNode(major);
    if (!command) return t.skip("no package of this Node for this platform");
    const runtime = { name: `node ${version}`, command, missing: `Node ${version} is missing` };
    const filter = major === "20" ? SHORTEST : SMALL;
    await specInProcess(t, { ...runtime, filter });
    await coreInProcess(t, runtime, filter);
  });
}
