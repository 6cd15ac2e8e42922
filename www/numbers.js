// Numbers as people write them.

/**
 * A format that is made when it is first used: the first of a page takes tens of milliseconds, in which the
 * browser reads its data, too long for the task that evaluates all modules.
 */
export function format(Format, ...given) {
  let made;
  return {
    format(...values) {
      made ??= new Format(...given);
      return made.format(...values);
    },
  };
}

export const number = format(Intl.NumberFormat, "en");

export const amount = (count) => `${number.format(count)} ${count === 1 ? "batch" : "batches"}`;
