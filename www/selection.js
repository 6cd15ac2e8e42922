// Which batches are selected: of those that are shown, and never one that can't be seen.

import { isDeletable } from "./batch.js";

/**
 * @param {() => import("./batch.js").Batch[]} shown the batches of the table, in its order
 * @param {() => void} onChange
 */
export function createSelection(shown, onChange) {
  const ids = new Set();
  /** The first row of a range. */
  let anchor;
  return {
    has: ({ id }) => ids.has(id),
    get size() {
      return ids.size;
    },
    /** In the order of the table. */
    batches: () => shown().filter(({ id }) => ids.has(id)),
    toggle,
    all() {
      for (const batch of shown()) if (isDeletable(batch)) ids.add(batch.id);
      onChange();
    },
    clear() {
      ids.clear();
      onChange();
    },
    /** Leaves out what is not shown any more, or is gone. */
    tidy() {
      if (ids.size === 0) return;
      const kept = new Set(
        shown()
          .filter(isDeletable)
          .map(({ id }) => id),
      );
      for (const id of ids) if (!kept.has(id)) ids.delete(id);
      onChange();
    },
  };

  /** One batch; with `isRange`, all from the one before to this. */
  function toggle(batch, isSelected, isRange) {
    const from = isRange ? shown().find(({ id }) => id === anchor) : undefined;
    const [first, last] = [from?.index ?? batch.index, batch.index].sort((a, b) => a - b);
    for (const one of shown().slice(first, last + 1)) {
      if (isSelected && isDeletable(one)) ids.add(one.id);
      else ids.delete(one.id);
    }
    anchor = batch.id;
    onChange();
  }
}
