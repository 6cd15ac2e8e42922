// The ids that a caller passes to a job: any iterable or async iterable, pulled one by one.

import { BatchError } from "../errors.js";
import * as n from "../wasm/numbers.js";
import { ignore, isObject } from "./parts.js";
import { encode } from "./values.js";

/** Returns the number of ids; a negative number if it is unknown. */
export function lengthOf(ids) {
  try {
    const length = Array.isArray(ids) ? ids.length : ids.size;
    return typeof length === "number" ? length : -1;
  } catch {
    return -1;
  }
}

/**
 * Makes the iterator. `post` receives the event that follows each pull, `fail` a value that the iterator
 * has thrown.
 */
export function openSource(ids, instance, post, fail) {
  const { iterator, isAsync } = iterate(ids, instance);
  // The ids with half a surrogate pair, which the wasm can't hold, by their index.
  const odd = new Map();
  let index = 0;
  let isOver = false;
  const end = (thrown) => {
    isOver = true;
    fail(thrown);
  };
  const receive = (result) => {
    try {
      if (!isObject(result)) throw new TypeError("ids: the iterator's result is not an object");
      if (result.done) {
        isOver = true;
        return post(0, n.SOURCE_ENDED, "");
      }
      const { value } = result;
      if (typeof value === "string" && /\p{Surrogate}/u.test(value)) odd.set(index, value);
      index += 1;
      post(0, n.PULLED, encode(value));
    } catch (thrown) {
      end(thrown);
    }
  };
  return {
    pull() {
      try {
        const next = iterator.next();
        if (isAsync) Promise.resolve(next).then(receive, end);
        else receive(next);
      } catch (thrown) {
        end(thrown);
      }
    },
    /** Puts the id that the caller gave into an outcome. */
    restoreId(outcome) {
      if (odd.has(outcome.index)) outcome.id = odd.get(outcome.index);
    },
    /** Calls `return` unless the iterator has ended, so that a generator can clean up. */
    close() {
      try {
        if (!isOver) ignore(iterator.return?.());
      } catch {
        // The job has its result.
      }
    },
  };
}

function iterate(ids, instance) {
  // A string is an iterable of characters.
  if (!isObject(ids)) throw refusal(instance, encode(ids));
  let make;
  let iterator;
  let isAsync;
  try {
    isAsync = typeof ids[Symbol.asyncIterator] === "function";
    make = ids[Symbol.asyncIterator] ?? ids[Symbol.iterator];
    if (typeof make === "function") iterator = make.call(ids);
  } catch {
    throw refusal(instance, "");
  }
  if (typeof make !== "function") throw refusal(instance, encode(ids));
  if (!isObject(iterator)) throw refusal(instance, "");
  return { iterator, isAsync };
}

const refusal = (instance, found) => new BatchError(instance.enter("refuseIds", found));
