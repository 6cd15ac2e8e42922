// The specification in Node.

import { test } from "node:test";
import { coreInProcess, specInProcess } from "./process-runtime.mjs";

const RUNTIME = {
  name: `node ${process.versions.node}`,
  command: process.execPath,
  missing: "Node is missing",
};

test("node", (t) => specInProcess(t, RUNTIME));
test("node, ./core", (t) => coreInProcess(t, RUNTIME));
