// The heap over a million stubbed deletes, in a Node process of its own.

import { fileURLToPath } from "node:url";
import { execute } from "../../tools/shared/run.mjs";

const CHILD = fileURLToPath(new URL("./memory-child.mjs", import.meta.url));
const DELETES = 1_000_000;

export async function measure() {
  const args = ["--expose-gc", CHILD, `${DELETES}`];
  const { code, stdout, output } = await execute(process.execPath, args);
  if (code !== 0) throw new Error(output);
  const data = JSON.parse(stdout);
  const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(2);
  return {
    title: `Memory over ${DELETES} stubbed deletes by deleteBatches, in Node`,
    unit: "MiB after a collection",
    columns: ["after three tenths", "at the end", "growth"],
    rows: ["heap", "wasm"].map((name) => ({
      name: name === "heap" ? "JavaScript heap" : "outside the heap, the wasm's memory included",
      cells: [
        mebibytes(data.early[name]),
        mebibytes(data.late[name]),
        mebibytes(data.late[name] - data.early[name]),
      ],
    })),
    goal: "no growth after the warm-up",
    data,
  };
}
