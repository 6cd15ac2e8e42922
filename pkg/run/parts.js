// The parts that the loops of calls, jobs and lists share.

import { BatchError } from "../errors.js";

/** Calls the caller's `onAttempt`. An error of it, now or later, changes nothing. */
export function reportAttempt(hook, attempt) {
  try {
    ignore(hook(withError(attempt)));
  } catch {
    // As documented.
  }
}

/** Replaces the data of an error in an object by the error. */
export function withError(object) {
  if (object.error) object.error = new BatchError(object.error);
  return object;
}

/** Ignores the result of a promise, or of any other value. */
export function ignore(value) {
  if (isObject(value)) Promise.resolve(value).catch(() => {});
}

/** Returns whether a JSON value is an object. */
export const isDocument = (value) => isObject(value) && !Array.isArray(value);

export const isObject = (value) => typeof value === "object" && value !== null;

/** The documents of the pages that are in use: the last two. Their numbers count over all pages. */
export function newDocuments() {
  const pages = [];
  let next = 0;
  return {
    keep({ data }) {
      pages.push({ first: next, data });
      next += data.length;
      if (pages.length > 2) pages.shift();
    },
    get(number) {
      const page = pages.findLast(({ first }) => first <= number);
      return page?.data[number - page.first];
    },
  };
}
