// The specification in Node.

import { test } from "node:test";
import { specInProcess } from "./process-runtime.mjs";

test("node", (t) =>
  specInProcess(t, {
    name: `node ${process.versions.node}`,
    command: process.execPath,
    missing: "Node is missing",
  }));
