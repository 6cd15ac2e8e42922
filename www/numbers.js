// Numbers as people write them.

/**
 * A format that is made when it is first used: the first of a page takes tens of milliseconds, in which the
 * browser reads its data, too long for the task that evaluates all modules.
 */
export function format(make) {
  let made;
  return {
    format(...values) {
      made ??= make();
      return made.format(...values);
    },
  };
}

export const number = format(() => new Intl.NumberFormat("en"));

export const amount = (count) => `${number.format(count)} ${count === 1 ? "batch" : "batches"}`;
