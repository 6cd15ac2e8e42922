// The age of a batch counts from the earlier of two clocks, this Worker's and the API's: a clock that is
// ahead by hours would delete batches that are too young.

/** A larger difference is logged. */
const LOGGED_MS = 60_000;

export class Clock {
  #now;
  #onDifference;
  #aheadMs;

  /**
   * @param {() => number} now the Worker's clock, in milliseconds since 1970
   * @param {(differenceMs: number) => void} onDifference called once if the clocks differ by more than a
   * minute; positive if the Worker's is ahead
   */
  constructor(now, onDifference) {
    this.#now = now;
    this.#onDifference = onDifference;
  }

  /** The milliseconds by which the Worker's clock is ahead of the API's first response; 0 if it is behind. */
  get aheadMs() {
    return Math.max(this.#aheadMs ?? 0, 0);
  }

  /** The platform's `fetch`, which reads the `date` of the first response that has one. */
  fetch = async (input, init) => {
    const sentAt = this.#now();
    const response = await fetch(input, init);
    const receivedAt = this.#now();
    const date = Date.parse(response.headers.get("date") ?? "");
    if (this.#aheadMs === undefined && !Number.isNaN(date)) this.#compare(date, sentAt, receivedAt);
    return response;
  };

  #compare(date, sentAt, receivedAt) {
    this.#aheadMs = sentAt - date;
    // The time of a slow response does not count as a difference of clocks.
    const behindMs = date - receivedAt;
    if (this.#aheadMs > LOGGED_MS) this.#onDifference(this.#aheadMs);
    else if (behindMs > LOGGED_MS) this.#onDifference(-behindMs);
  }
}
