// A report in one line, for a person.

/** Such as "1998 deleted, 2 were not there, 1 failed". */
export function summary(report) {
  const { deleted, missing, failed, unsent, skipped = 0, unjudgedTotal = 0, dryRun } = report;
  const parts = [`${deleted} ${dryRun ? "would be deleted" : "deleted"}`];
  if (missing > 0) parts.push(`${missing} not there`);
  if (failed.length > 0) parts.push(`${failed.length} ${dryRun ? "would fail" : "failed"}`);
  if (unsent > 0) parts.push(`${unsent} not sent`);
  if (unjudgedTotal > 0) parts.push(`${unjudgedTotal} kept, because a time can't be read`);
  if (skipped > 0) parts.push(`${skipped} done before`);
  return parts.join(", ");
}
