// Counts the batches that a job would delete now.

import { Clock } from "./clock.js";
import { count, findStart, selection } from "./listing.js";

const DAY_MS = 86_400_000;
/** The highest count: twenty requests. */
const MOST_COUNTED = 20_000;
/** Requests within this time get the same preview. */
const LASTS_MS = 10_000;

/** The count of a preview that did not reach the old batches in time. */
const NOT_COUNTED = {
  ...{ count: 0, isCapped: true, oldest: null, newest: null, sample: [] },
  ...{ unjudged: [], unjudgedTotal: 0 },
};

export class Preview {
  #ledger;
  #now;
  /** The preview that is being computed. */
  #pending;

  /** @param {() => number} now in milliseconds since 1970 */
  constructor(ledger, now) {
    this.#ledger = ledger;
    this.#now = now;
  }

  /** Counts, at most once in ten seconds. */
  async read(access) {
    const kept = this.#ledger.get("preview");
    const age = this.#now() - kept?.at;
    if (kept?.isFound && age >= 0 && age < LASTS_MS) return kept;
    this.#pending ??= this.count(access)
      .then((preview) => {
        this.#ledger.set("preview", preview);
        return preview;
      })
      .finally(() => {
        this.#pending = undefined;
      });
    return this.#pending;
  }

  /**
   * Counts the batches that the rule selects.
   * @param {object} access the workspace, the options of each call, and the limit of requests
   * @param {(differenceMs: number) => void} access.onClock called if the API's clock differs
   * @param {number} [wanted] a cutoff that is earlier than the rule's
   */
  async count({ call, workspace, goesOn, hold, onClock }, wanted = Number.POSITIVE_INFINITY) {
    const at = this.#now();
    const clock = new Clock(this.#now, onClock);
    const timed = { ...call, fetch: clock.fetch };
    const cutoff = () => Math.min(wanted, at - clock.aheadMs - workspace.days * DAY_MS);
    const { cursors } = this.#ledger;
    const start = await findStart({ call: timed, cursors, cutoff, goesOn });
    const selected = { ...selection(workspace, cutoff()), filter: ({ id }) => !hold(id) };
    const found = start.isFound
      ? await count({ call: timed, selected, cursor: start.cursor, most: MOST_COUNTED })
      : NOT_COUNTED;
    // A count up to an earlier cutoff says nothing about the batches after it.
    if (start.isFound && wanted === Number.POSITIVE_INFINITY) this.foundOldest(found.oldest);
    return { at: this.#now(), cutoff: cutoff(), ...start, ...found };
  }

  /** Records the creation time of the oldest batch that the rule selects, `null` if there is none. */
  foundOldest(oldest) {
    this.#ledger.set("overdue", { oldest, countedAt: this.#now() });
  }
}
