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
  #sql;
  #matches;

  constructor(sql) {
    this.#sql = sql;
    sql.exec(TABLE);
  }

  /** `{ pattern, reason, actor, at }` of each, oldest first. */
  list() {
    return this.#sql
      .exec("SELECT pattern, reason, actor, at FROM holds ORDER BY at, pattern")
      .toArray();
  }

  /** Returns whether an id is on hold. */
  has(id) {
    this.#matches ??= matcher(this.list().map(({ pattern }) => pattern));
    return this.#matches(id);
  }

  /** @returns {"placed" | "known" | "full"} */
  place({ pattern, reason, actor, at }) {
    const holds = this.list();
    if (holds.some((hold) => hold.pattern === pattern)) return "known";
    if (holds.length >= MOST_HOLDS) return "full";
    const insert = "INSERT INTO holds (pattern, reason, actor, at) VALUES (?, ?, ?, ?)";
    this.#sql.exec(insert, pattern, reason, actor, at);
    this.#matches = undefined;
    return "placed";
  }

  /** @returns {"released" | "unknown"} */
  release(pattern) {
    const { rowsWritten } = this.#sql.exec("DELETE FROM holds WHERE pattern = ?", pattern);
    this.#matches = undefined;
    return rowsWritten > 0 ? "released" : "unknown";
  }
}
