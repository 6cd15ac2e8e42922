// delete-message-batch list

import { listBatches } from "../entry/node.js";
import { libraryOptions } from "./connection.js";
import { EXIT, UsageError } from "./exit.js";
import { openOutput } from "./output.js";
import { hasProgress, note, showProgress } from "./progress.js";
import { painter, printable } from "./text.js";

/** The widths of the columns of a table: ids as the API makes them today, statuses, times. */
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
  const listing = listingOf(libraryOptions(options), !isTTY);
  try {
    for await (const batch of listBatches(listing.options)) {
      if (listing.add() === 1 && isTTY && !options.ids && !options.json) {
        const head = row(["ID", "STATUS", "CREATED", "ENDED"], isTTY);
        output.write(`${painter(process.stdout)("bold", head)}\n`);
      }
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
  } finally {
    listing.end();
  }
  if (listing.count() === 0 && isTTY && !options.json) note("No batch is selected.");
  return output.end(EXIT.ok);
}

/**
 * Shows the progress of a list until `end`: the pages that were read, and the batches that `add` counts. `options`
 * has the options that count them.
 */
export function listingOf(library, isShown = true) {
  let pages = 0;
  let selected = 0;
  const line = () =>
    `Listing: ${selected} selected, ${pages} ${pages === 1 ? "page" : "pages"} read`;
  const end = isShown && hasProgress() ? showProgress(line) : () => {};
  const onAttempt = (attempt) => {
    if (!attempt.error) pages += 1;
    library.onAttempt?.(attempt);
  };
  const add = () => {
    selected += 1;
    return selected;
  };
  return { options: { ...library, onAttempt }, add, count: () => selected, end };
}

function row(cells, isTTY) {
  const texts = cells.map(printable);
  if (!isTTY) return texts.join("\t");
  return texts
    .map((text, index) => text.padEnd(WIDTHS[index]))
    .join(" ")
    .trimEnd();
}
