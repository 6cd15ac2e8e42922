// Compares the rule of a job with the rule that is configured now.

/**
 * Returns why the rule forbids a job that it allowed when the job began; `undefined` if it still allows the job.
 * A looser rule is not a reason: the job ends by its own cutoff, and the next job takes the rest.
 * @param {{ rule: { days: number, by: string, dry: boolean }, dry: boolean }} job
 * @param {{ days: number, by: string, dry: boolean }} [now] absent if retention is off
 */
export function restriction({ rule, dry }, now) {
  if (!now) return "the rule was switched off while the job ran";
  if (now.days > rule.days) {
    return `the rule deletes after ${now.days} days now; it was ${rule.days} when the job began`;
  }
  if (now.by !== rule.by) {
    return `the rule counts from "${now.by}" now; it was "${rule.by}" when the job began`;
  }
  // A job that only counts, and one that an operator started under a rule that only counts, were not restricted.
  if (now.dry && !rule.dry && !dry)
    return "the rule only counts now; it deleted when the job began";
  return undefined;
}

/** Returns whether a job follows its rule. An operator's dry run under a rule that deletes does not. */
export const isOfRule = ({ dry, rule }) => !dry || rule.dry;
