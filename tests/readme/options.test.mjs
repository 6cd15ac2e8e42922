// The tables of docs/options.md: each option of the types, its default, an example that is accepted, and a value that is
// refused with the error that the table says.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  createRelay,
  deleteBatch,
  deleteBatches,
  listBatches,
  purgeBatches,
} from "delete-message-batch";
import { ROOT } from "../../tools/shared/run.mjs";
import { optionsOf } from "../types/declarations.mjs";

const page = readFileSync(join(ROOT, "docs/options.md"), "utf8");
const TYPES = join(ROOT, "pkg/types");
const declared = readdirSync(TYPES).flatMap((name) =>
  optionsOf(readFileSync(join(TYPES, name), "utf8")),
);
const REASON = new Error("stopped");
/** Options are checked before the signal is, so that nothing is sent. */
const BASE = { apiKey: "sk-test", signal: AbortSignal.abort(REASON) };

const single = (options) => deleteBatch("msgbatch_1", options);
const SECTIONS = {
  "Every call": { owner: "RequestOptions", call: single },
  deleteBatch: { owner: "DeleteBatchOptions", call: single },
  deleteBatches: {
    owner: "DeleteBatchesOptions",
    call: (options) => deleteBatches(["msgbatch_1"], options),
  },
  "Which batches": { owner: "BatchSelection", call: purgeBatches },
  purgeBatches: { owner: "PurgeBatchesOptions", call: purgeBatches },
  listBatches: {
    owner: "ListBatchesOptions",
    call: (options) => listBatches(options).next(),
  },
  createRelay: { owner: "RelayOptions", call: checkRelay },
};

for (const [title, { owner, call }] of Object.entries(SECTIONS)) {
  const rows = rowsOf(title);
  const options = declared.filter((option) => option.owner === owner);

  test(`${title}: the options of ${owner}`, () => {
    assert.deepEqual(rows.map(([name]) => name).sort(), options.map(({ name }) => name).sort());
  });

  for (const [name, , initial, example, refused] of rows) {
    test(`${title}: ${name}`, async () => {
      const [, number] =
        /@default (\d+)$/m.exec(options.find((option) => option.name === name).comment) ?? [];
      if (number) assert.equal(initial.replaceAll(" ", ""), number);
      const [, accepted] = /^`(.*)`$/.exec(example);
      assert.equal(await outcome(call, accepted), REASON, accepted);
      const [, wrong, message] = /^`(.*?)`: (.*)$/.exec(refused);
      const error = await outcome(call, wrong);
      assert.equal(error.code, "invalid_option", wrong);
      assert.ok(error.message.startsWith(message), error.message);
    });
  }
}

/** The error of a call with the options of that code. */
async function outcome(call, code) {
  const given = new Function(`return (${code})`)();
  const { apiKey, signal } = BASE;
  const isAlone = "authToken" in given;
  const options = { ...(isAlone ? {} : { apiKey }), ...given };
  if (!(given.signal && !(given.signal instanceof AbortSignal))) options.signal = signal;
  return await call(options).then(
    () => assert.fail("it resolved"),
    (error) => error,
  );
}

/** A relay reports its first error; without one it stops at `authorize`, which refuses. */
async function checkRelay({ signal: _, ...options }) {
  const errors = [];
  const onError = (error) => errors.push(error);
  const path = `${options.basePath ?? ""}/v1/messages/batches`;
  const { error } = console;
  // Receives the error of an `onError` that is not a function.
  console.error = onError;
  try {
    const relay = createRelay({ authorize: () => false, onError, ...options });
    const { status } = await relay(new Request(new URL(path, "http://relay.example")));
    throw status === 403 ? REASON : errors[0];
  } finally {
    console.error = error;
  }
}

/** The cells of the rows of a section's table. */
function rowsOf(title) {
  const [, section] = page.split(`\n## ${title}\n`);
  const lines = section.split("\n## ")[0].split("\n");
  const rows = lines.filter((line) => line.startsWith("| `"));
  return rows.map((line) => {
    const [name, ...cells] = line.slice(2, -2).split(" | ");
    return [name.slice(1, -1), ...cells];
  });
}
