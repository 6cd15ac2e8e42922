// Medians and spreads.

/** `{ median, low, high }` of numbers: low and high are the quartiles. */
export function summary(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** The summary of quotients of values that were measured side by side. */
export function ratio(values, others) {
  return summary(values.map((value, index) => value / others[index]));
}

/** The summary of differences, likewise. */
export function difference(values, others) {
  return summary(values.map((value, index) => value - others[index]));
}

/** Calls `measure(name)` for each name in turn, round by round, so that all meet the same noise. */
export async function alternate(names, rounds, measure) {
  const values = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // Each comes first once in a while.
    const turn = names.map((_, index) => names[(index + round) % names.length]);
    for (const name of turn) values[name].push(await measure(name));
  }
  return values;
}
