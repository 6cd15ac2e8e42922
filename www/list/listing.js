// The batches that were read, and the reading of more: page by page, as the table needs them.

import { list } from "../app/api.js";
import { requestOptions } from "../app/options.js";
import { slices } from "../ui/schedule.js";
import { isUnderWay, readBatch } from "./batch.js";

/** How many are read at least. */
const FIRST = 1_000;

export class Listing {
  state = { isLoading: false, isComplete: false, error: undefined, since: 0 };
  #batches = new Map();
  #iterator;
  #controller = new AbortController();
  #onChange;

  /** @param {() => void} onChange batches arrived, or the state changed */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get size() {
    return this.#batches.size;
  }

  get(id) {
    return this.#batches.get(id);
  }

  values() {
    return this.#batches.values();
  }

  more() {
    return this.#read(this.#batches, FIRST);
  }

  readAll() {
    return this.#read(this.#batches, Number.POSITIVE_INFINITY);
  }

  stop() {
    this.#controller.abort();
  }

  /** Reads the list again, to the same length. The old batches stay until the new ones have arrived. */
  async reload() {
    if (this.state.isLoading) return;
    this.#iterator = undefined;
    this.state.isComplete = false;
    this.#controller = new AbortController();
    await this.#read(new Map(), Math.max(this.size, FIRST));
  }

  async #read(target, count) {
    const { state } = this;
    if (state.isLoading || (state.isComplete && target === this.#batches)) return;
    Object.assign(state, { isLoading: true, error: undefined, since: Date.now() });
    this.#onChange();
    try {
      await this.#take(target, target.size + count);
    } catch (error) {
      this.#iterator = undefined;
      if (this.#controller.signal.aborted) this.#controller = new AbortController();
      state.error = error;
    } finally {
      state.isLoading = false;
      this.#onChange();
    }
  }

  async #take(target, wanted) {
    const pause = slices();
    this.#iterator ??= this.#open(target);
    while (target.size < wanted) {
      const { done, value } = await this.#iterator.next();
      if (done) {
        this.state.isComplete = true;
        break;
      }
      const source = named(value);
      if (!target.has(source.id)) target.set(source.id, this.#known(source));
      // While others are shown, they stay until all have arrived.
      const isShown = target === this.#batches || this.size === 0;
      if (target.size % FIRST === 0 && isShown) this.#publish(target);
      if (target.size % 128 === 0) await pause();
    }
    this.#publish(target);
  }

  /** The list from after the last batch that was read. */
  #open(target) {
    const after = [...target.values()].findLast(({ source }) => !source.isNoBatch)?.id;
    const { signal } = this.#controller;
    return list({ ...requestOptions(), ...(after && { after }), signal });
  }

  /** Returns the batch of a document. A reload keeps its panel, and the outcome of a queued or failed deletion. */
  #known(source) {
    const batch = readBatch(source);
    const before = this.#batches.get(batch.id);
    if (!before) return batch;
    const { outcome, index } = before;
    const isKept = isUnderWay(before) || outcome?.status === "failed";
    return Object.assign(before, batch, { index, outcome: isKept ? outcome : undefined });
  }

  #publish(target) {
    if (target !== this.#batches) {
      // A batch whose panel deletes it is shown until it is gone.
      const kept = [...this.#batches].filter(([id, { deletion }]) => deletion && !target.has(id));
      this.#batches = target;
      for (const [id, batch] of kept) target.set(id, batch);
    }
    this.#onChange();
  }
}

let odd = 0;

/** Returns an item of the list; one without an id is not a batch, and gets an id for its row. */
function named(item) {
  if (typeof item.id === "string") return item;
  odd += 1;
  return { id: `no-batch-${odd}`, isNoBatch: true, received: JSON.stringify(item) };
}
