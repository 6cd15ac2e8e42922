// Which batches are shown, in which order. It stands in the page's address.

import { workspace } from "../app/workspace.js";

const DAY_MS = 86_400_000;

/** Columns to sort by, and the value of each. */
export const SORTS = {
  id: ({ id }) => id,
  state: ({ state, outcome }) => outcome?.status ?? state,
  requests: ({ total }) => total,
  created: ({ createdAt }) => createdAt,
  ended: ({ endedAt }) => endedAt,
  expires: ({ expiresAt }) => expiresAt,
};

/** By age: name, and whether a batch of that age in days is meant. */
export const AGES = {
  "": ["any age", () => true],
  "<1d": ["younger than a day", (days) => days < 1],
  ">1d": ["older than a day", (days) => days > 1],
  ">7d": ["older than 7 days", (days) => days > 7],
  ">14d": ["older than 14 days", (days) => days > 14],
  ">28d": ["older than 28 days", (days) => days > 28],
};

export const STATE_FILTERS = {
  "": "any state",
  in_progress: "in progress",
  canceling: "canceling",
  ended: "ended",
  odd: "odd",
};

/** @returns {{ id: string, state: string, age: string, sort: string, isDescending: boolean }} */
export function readCriteria() {
  const query = new URLSearchParams(location.search);
  const known = (name, values) => (Object.hasOwn(values, query.get(name)) ? query.get(name) : "");
  const [sort, direction] = (query.get("sort") ?? "").split(".");
  const isSorted = Object.hasOwn(SORTS, sort);
  return {
    id: query.get("id") ?? "",
    state: known("state", STATE_FILTERS),
    age: known("age", AGES),
    sort: isSorted ? sort : "created",
    isDescending: isSorted ? direction !== "up" : true,
  };
}

export function writeCriteria(criteria) {
  const { id, state, age, sort, isDescending } = criteria;
  const query = new URLSearchParams(workspace && { workspace });
  if (id) query.set("id", id);
  if (state) query.set("state", state);
  if (age) query.set("age", age);
  if (isSorted(criteria)) query.set("sort", `${sort}.${isDescending ? "down" : "up"}`);
  history.replaceState(null, "", query.size > 0 ? `?${query}` : location.pathname);
}

export const isFiltered = ({ id, state, age }) => Boolean(id || state || age);

/** The list itself is newest first. */
export const isSorted = ({ sort, isDescending }) => sort !== "created" || !isDescending;

/** A function that says whether a batch is meant. */
export function matcher({ id, state, age }, now = Date.now()) {
  const wanted = id.trim().toLowerCase();
  const [, isOfAge] = AGES[age];
  return (batch) =>
    (!wanted || batch.id.toLowerCase().includes(wanted)) &&
    (!state || (state === "odd" ? Boolean(batch.problem) : batch.state === state)) &&
    (!age || isOfAge((now - batch.createdAt) / DAY_MS));
}
