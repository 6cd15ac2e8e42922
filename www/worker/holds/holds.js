// The holds that operators have placed, in SQLite. HOLD, a variable, has others, which only a deployment releases.

import { matcher } from "./pattern.js";

const TABLE = `
  CREATE TABLE IF NOT EXISTS holds (
    pattern TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL
  );
`;
/** All of them are read at once, and compared with each id. */
export const MOST_HOLDS = 1_000;

export class Holds {
  #storage;
  #chain;
  #now;
  #matches;

  /**
   * @param {import("../record/chain.js").Chain} chain gets an entry of each change
   * @param {() => number} now in milliseconds since 1970
   */
  constructor(storage, chain, now) {
    this.#storage = storage;
    this.#chain = chain;
    this.#now = now;
    storage.sql.exec(TABLE);
  }

  /** `{ pattern, reason, actor, at }` of each, oldest first. */
  list() {
    return this.#storage.sql
      .exec("SELECT pattern, reason, actor, at FROM holds ORDER BY at, pattern")
      .toArray();
  }

  /** Returns whether an id is on hold. */
  has(id) {
    this.#matches ??= matcher(this.list().map(({ pattern }) => pattern));
    return this.#matches(id);
  }

  /** @returns {"placed" | "known" | "full"} */
  place(hold) {
    const { pattern, reason, actor } = hold;
    if (this.#has(pattern)) return "known";
    if (this.list().length >= MOST_HOLDS) return "full";
    const insert = "INSERT INTO holds (pattern, reason, actor, at) VALUES (?, ?, ?, ?)";
    this.#change("hold", hold, insert, pattern, reason, actor, this.#now());
    return "placed";
  }

  /** @returns {"released" | "unknown"} */
  release(hold) {
    if (!this.#has(hold.pattern)) return "unknown";
    this.#change("release", hold, "DELETE FROM holds WHERE pattern = ?", hold.pattern);
    return "released";
  }

  #has(pattern) {
    return this.list().some((hold) => hold.pattern === pattern);
  }

  /** Changes a hold, and writes an entry: both or neither. */
  #change(event, { pattern, reason, actor }, query, ...bindings) {
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec(query, ...bindings);
      this.#chain.append([{ event, actor, id: pattern, detail: { reason } }]);
    });
    this.#matches = undefined;
    this.#chain.sealSoon();
  }
}
