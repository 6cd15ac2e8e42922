// The ids of a job: those of its source that have no outcome yet.

/**
 * An async iterable of ids. It waits while stdout is not `ready`: unread outcomes would pile up.
 */
export function resumed(source, { isDone, ready }) {
  // From which of the job's indices on how many ids of the source were left out before.
  const starts = [0];
  const shifts = [0];
  let isWhole = false;

  async function* ids() {
    let own = 0;
    let shift = 0;
    for await (const id of source) {
      if (isDone(id)) {
        shift += 1;
        continue;
      }
      await ready();
      if (shift !== shifts.at(-1)) {
        starts.push(own);
        shifts.push(shift);
      }
      own += 1;
      yield id;
    }
    isWhole = true;
  }

  return {
    [Symbol.asyncIterator]: ids,
    /** Returns whether the source has ended. */
    isWhole: () => isWhole,
    /** The index in the source of an index of the job. */
    indexOf(own) {
      let [low, high] = [0, starts.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (starts[middle] <= own) low = middle;
        else high = middle - 1;
      }
      return own + shifts[low];
    },
  };
}
