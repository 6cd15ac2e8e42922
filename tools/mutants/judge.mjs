// Judges the result of cargo-mutants.

/** The name of a mutant without line and column, so that a list of them outlives edits. */
export const nameOf = (line) => line.replace(/^([^:]+):\d+:\d+:/, "$1:").trim();

/**
 * @param {{ caught: string[], missed: string[], timeout: string[] }} found lines of cargo-mutants
 * @param {string[]} list the lines of `accepted.txt`
 * @param {{ isWhole: boolean }} how whether all mutants ran
 */
export function judge(found, list, { isWhole }) {
  const entries = list
    .filter((line) => !line.startsWith("#"))
    .map((line) => {
      const [name, reason = ""] = line.split(" # ");
      return { name: name.trim(), reason: reason.trim() };
    });
  const accepted = new Set(entries.map(({ name }) => name));
  const missed = found.missed.map(nameOf);
  return {
    // A mutant that makes a test endless was noticed.
    noticed: found.caught.length + found.timeout.length,
    accepted: missed.filter((name) => accepted.has(name)),
    survivors: found.missed.filter((line) => !accepted.has(nameOf(line))),
    withoutReason: entries.filter(({ reason }) => !reason).map(({ name }) => name),
    stale: isWhole ? [...accepted].filter((name) => !missed.includes(name)) : [],
  };
}

/** Returns the report for people, and whether it is a failure. */
export function summary({ noticed, accepted, survivors, withoutReason, stale }) {
  const all = noticed + accepted.length + survivors.length;
  const share = all === 0 ? 0 : ((100 * noticed) / all).toFixed(1);
  const section = (title, lines) =>
    lines.length ? [title, ...lines.map((line) => `  ${line}`)] : [];
  const text = [
    `${all} mutants: ${noticed} noticed (${share} %), ${accepted.length} accepted, ${survivors.length} survive`,
    ...section("No test notices these:", survivors),
    ...section("These are accepted without a reason:", withoutReason),
    ...section("These are accepted, but no longer survive:", stale),
  ].join("\n");
  // If nothing ran, nothing was shown.
  const fails = all === 0 || survivors.length + withoutReason.length + stale.length > 0;
  return { text, fails };
}
