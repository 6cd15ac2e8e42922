// The attempts of this page's calls, oldest first.

import { atMostEvery } from "../ui/schedule.js";
import { Signal } from "../ui/signal.js";

const MOST_KEPT = 1_000;
const SHOWN_MS = 250;

/** `{ id, attempt, at }` each. */
export const attempts = new Signal([]);
const show = atMostEvery(SHOWN_MS, () => attempts.changed());

/** Adds an attempt as `onAttempt` receives it; a job does not say its batch. */
export function logAttempt(id, attempt) {
  const { value } = attempts;
  value.push({ id, attempt, at: Date.now() });
  if (value.length > 2 * MOST_KEPT) value.splice(0, value.length - MOST_KEPT);
  show();
}
