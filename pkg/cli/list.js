// delete-message-batch list

import { listBatches } from "../entry/node.js";
import { connectionOptions, selectionOptions } from "./connection.js";
import { EXIT, UsageError } from "./exit.js";
import { openOutput } from "./output.js";
import { painter, printable } from "./text.js";

/** How wide the columns of a table are: ids of today, statuses, times. */
const WIDTHS = [34, 12, 26, 0];

export async function run({ options, positionals }) {
  if (positionals.length > 0) throw new UsageError("list takes no ids", "list");
  if (options.ids && options.json) {
    throw new UsageError("--ids and --json exclude each other", "list");
  }
  let isGone = false;
  const output = openOutput(() => {
    isGone = true;
  });
  const { isTTY } = process.stdout;
  let isFirst = true;
  for await (const batch of listBatches({
    ...connectionOptions(options),
    ...selectionOptions(options),
  })) {
    if (isFirst && isTTY && !options.ids && !options.json) {
      const head = row(["ID", "STATUS", "CREATED", "ENDED"], isTTY);
      output.write(`${painter(process.stdout)("bold", head)}\n`);
    }
    isFirst = false;
    if (options.json) output.json(batch);
    else if (options.ids) output.write(`${printable(batch.id)}\n`);
    else {
      const { id, processing_status, created_at, ended_at } = batch;
      output.write(`${row([id, processing_status, created_at, ended_at ?? "-"], isTTY)}\n`);
    }
    await output.ready();
    // As with `| head`: the reader needs no more.
    if (isGone) break;
  }
  if (isFirst && isTTY && !options.json) process.stderr.write("No batch is selected.\n");
  return output.end(EXIT.ok);
}

function row(cells, isTTY) {
  const texts = cells.map(printable);
  if (!isTTY) return texts.join("\t");
  return texts
    .map((text, index) => text.padEnd(WIDTHS[index]))
    .join(" ")
    .trimEnd();
}
