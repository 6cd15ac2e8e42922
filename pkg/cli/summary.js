// Formats a report for a person: its counts in one line, and a line for each failure.

import { messageOf, printable } from "./text.js";

/** Returns a line such as "1998 deleted, 2 missing, 1 failed". */
export function summary(report) {
  const { missing, failed, unsent, skipped = 0, unjudgedTotal = 0, dryRun } = report;
  const parts = [];
  if (report.canceled !== undefined) parts.push(`${report.canceled} canceled`);
  else parts.push(`${report.deleted} ${dryRun ? "would be deleted" : "deleted"}`);
  if (report.ended > 0) parts.push(`${report.ended} had ended`);
  if (missing > 0) parts.push(`${missing} missing`);
  if (failed.length > 0) parts.push(`${failed.length} ${dryRun ? "would fail" : "failed"}`);
  if (unsent > 0) parts.push(`${unsent} not sent`);
  if (unjudgedTotal > 0) parts.push(`${unjudgedTotal} kept, because a time can't be read`);
  if (skipped > 0) parts.push(`${skipped} done before`);
  return parts.join(", ");
}

/** The most ids that the line of a shared failure names, unless all ids failed. */
const NAMED = 3;

/**
 * Returns a line for each failure of a report. Failures with the same words share one, and the failure that stopped
 * the job has none. `paint` marks the beginning.
 */
export function failureLines({ failed, stopped, total, unsent, dryRun }, paint) {
  const kinds = new Map();
  for (const { id, error } of failed) {
    const { words, kind } = wordsOf(id, error);
    const found = kinds.get(kind) ?? { words, error, ids: [], count: 0 };
    kinds.set(kind, found);
    found.count += 1;
    if (found.ids.length < NAMED) found.ids.push(id);
  }
  if (stopped) kinds.delete(wordsOf("", stopped).kind);
  const verb = dryRun ? "would fail" : "failed";
  return [...kinds.values()].map(({ words, error, ids, count }) => {
    if (count === 1) {
      const message = messageOf(error);
      const named = message.includes(ids[0]) ? message : `${JSON.stringify(ids[0])}: ${message}`;
      return `${paint("red", verb)} ${printable(named)}`;
    }
    const some = count < total - unsent ? ` (${ids.join(", ")}${count > NAMED ? ", …" : ""})` : "";
    return `${paint("red", `${count} ${verb}`)}${printable(`${some}: ${words}`)}`;
  });
}

/** Returns the words of a failure without its request, and its kind: the words without the ids. */
function wordsOf(id, error) {
  const words = messageOf(error)
    .replace("the job stopped before the next request, after: ", "")
    .replace(/^[A-Z]+ \/\S*: /, "");
  const isId = (part) => part && part.length > 2;
  // The id of a request may contain a short id of a batch.
  const parts = [error.requestId, id].filter(isId);
  return { words, kind: parts.reduce((kind, part) => kind.replaceAll(part, "…"), words) };
}
