// Yields the ids of a source that have no outcome yet.

/** Returns an async iterable of ids. It waits while stdout is not `ready`: unread outcomes would fill the memory. */
export function resumed(source, { isDone, ready }) {
  // Pairs: an index of the job, and the number of ids of the source that were left out before it.
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
    /** Converts an index of the job into one of the source. */
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
