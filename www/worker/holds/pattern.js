// Which batches are on hold: by their ids, or by beginnings of ids such as `msgbatch_01*`.

const PATTERN = /^[\w.~-]{1,256}\*?$/;

/** Returns whether a hold can be written so. */
export const isPattern = (value) => typeof value === "string" && PATTERN.test(value);

/**
 * @param {string[]} patterns
 * @returns {(id: string) => boolean} whether one of the patterns is that of the id
 */
export function matcher(patterns) {
  const ids = new Set(patterns);
  const beginnings = patterns.filter((one) => one.endsWith("*")).map((one) => one.slice(0, -1));
  return (id) => ids.has(id) || beginnings.some((beginning) => `${id}`.startsWith(beginning));
}
