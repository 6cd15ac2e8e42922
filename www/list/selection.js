// The selected batches: of those in the table, and never one that can't be seen.

import { Signal } from "../ui/signal.js";
import { isDeletable, summaryOf } from "./batch.js";

/** The batches that match, in the table's order. */
export const shown = new Signal([]);

/** The ids that are selected. */
export const selection = new Signal(new Set());

/** Batches that have another state or outcome: `set` with one or several. */
export const touched = new Signal([]);

/** The first row of a range. */
let anchor;

export const isSelected = ({ id }) => selection.value.has(id);

/** In the order of the table. */
export const selectedBatches = () => shown.value.filter(isSelected);

export const deletable = () => shown.value.filter(isDeletable);

/** Returns the number of batches that can be selected, without a list of them. */
export const countDeletable = () =>
  shown.value.reduce((sum, batch) => sum + (isDeletable(batch) ? 1 : 0), 0);

/** Returns the summary of the selected batches, without a list of them. */
export const selectionSummary = () => summaryOf(shown.value, isSelected);

export function selectAll() {
  for (const { id } of deletable()) selection.value.add(id);
  selection.changed();
}

export function clearSelection() {
  selection.value.clear();
  selection.changed();
}

/** Leaves out the batches that are not in the table any more, or are gone. */
export function tidySelection() {
  if (selection.value.size === 0) return;
  const kept = new Set(deletable().map(({ id }) => id));
  for (const id of selection.value) if (!kept.has(id)) selection.value.delete(id);
  selection.changed();
}

/** Selects one batch; with `isRange`, all from the one before to this. */
export function toggle(batch, isWanted, isRange) {
  const from = isRange ? shown.value.find(({ id }) => id === anchor) : undefined;
  const [first, last] = [from?.index ?? batch.index, batch.index].sort((a, b) => a - b);
  for (const one of shown.value.slice(first, last + 1)) {
    if (isWanted && isDeletable(one)) selection.value.add(one.id);
    else selection.value.delete(one.id);
  }
  anchor = batch.id;
  selection.changed();
}
