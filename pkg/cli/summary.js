// A report in one line, for a person.

/** Such as "1998 deleted, 2 not there, 1 failed". */
export function summary(report) {
  const { missing, failed, unsent, skipped = 0, unjudgedTotal = 0, dryRun } = report;
  const parts = [];
  if (report.canceled !== undefined) parts.push(`${report.canceled} canceled`);
  else parts.push(`${report.deleted} ${dryRun ? "would be deleted" : "deleted"}`);
  if (report.ended > 0) parts.push(`${report.ended} had ended`);
  if (missing > 0) parts.push(`${missing} not there`);
  if (failed.length > 0) parts.push(`${failed.length} ${dryRun ? "would fail" : "failed"}`);
  if (unsent > 0) parts.push(`${unsent} not sent`);
  if (unjudgedTotal > 0) parts.push(`${unjudgedTotal} kept, because a time can't be read`);
  if (skipped > 0) parts.push(`${skipped} done before`);
  return parts.join(", ");
}
