// The batches that were read so far, and reading on: page by page, as the table needs them.

import { list } from "./api.js";
import { readBatch } from "./batch.js";
import { slices } from "./schedule.js";
import { requestOptions } from "./settings.js";

/** How many are read at least. */
const FIRST = 1_000;

/**
 * @param {object} hooks
 * @param {() => void} hooks.onChange batches came, or the state changed
 */
export function createListing({ onChange }) {
  let batches = new Map();
  let iterator;
  let controller = new AbortController();
  const state = {
    isLoading: false,
    isComplete: false,
    error: undefined,
    since: 0,
  };
  return {
    state,
    get size() {
      return batches.size;
    },
    get: (id) => batches.get(id),
    values: () => batches.values(),
    delete: (id) => batches.delete(id),
    reload,
    more: () => read(batches, FIRST),
    readAll: () => read(batches, Number.POSITIVE_INFINITY),
    stop: () => controller.abort(),
  };

  /** Reads as many as there are now. Those stay until the new ones have come. */
  async function reload() {
    if (state.isLoading) return;
    const fresh = new Map();
    iterator = undefined;
    state.isComplete = false;
    controller = new AbortController();
    await read(fresh, Math.max(batches.size, FIRST));
  }

  async function read(target, count) {
    if (state.isLoading || (state.isComplete && target === batches)) return;
    Object.assign(state, { isLoading: true, error: undefined, since: Date.now() });
    onChange();
    try {
      await take(target, target.size + count);
    } catch (error) {
      iterator = undefined;
      if (controller.signal.aborted) controller = new AbortController();
      state.error = error;
    } finally {
      state.isLoading = false;
      onChange();
    }
  }

  async function take(target, wanted) {
    const pause = slices();
    iterator ??= open(target);
    while (target.size < wanted) {
      const { done, value } = await iterator.next();
      if (done) {
        state.isComplete = true;
        break;
      }
      const source = named(value);
      if (!target.has(source.id)) target.set(source.id, known(source));
      // While others are shown, they stay until all have come.
      if (target.size % FIRST === 0 && (target === batches || batches.size === 0)) publish(target);
      if (target.size % 128 === 0) await pause();
    }
    publish(target);
  }

  /** The list from after the last batch that was read. */
  function open(target) {
    const after = [...target.values()].findLast(({ source }) => !source.isNoBatch)?.id;
    const { signal } = controller;
    return list({ ...requestOptions(), ...(after && { after }), signal });
  }

  /** Returns the batch of a document. A reload keeps its panel, and the outcome of a deletion that is queued or failed. */
  function known(source) {
    const batch = readBatch(source);
    const before = batches.get(batch.id);
    if (!before) return batch;
    const { outcome, index } = before;
    const isKept = outcome?.status === "queued" || outcome?.status === "failed";
    return Object.assign(before, batch, { index, outcome: isKept ? outcome : undefined });
  }

  function publish(target) {
    if (target !== batches) {
      // What is being deleted is shown until it is gone.
      const kept = [...batches].filter(([id, { deletion }]) => deletion && !target.has(id));
      batches = target;
      for (const [id, batch] of kept) batches.set(id, batch);
    }
    onChange();
  }
}

let odd = 0;

/** An object of the list, with an id for what has none: it is no batch. */
function named(item) {
  if (typeof item.id === "string") return item;
  odd += 1;
  return { id: `no-batch-${odd}`, isNoBatch: true, received: JSON.stringify(item) };
}
