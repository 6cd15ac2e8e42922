// Wrong guesses of the secret, by address: each makes the next wait longer.

import { DurableObject } from "cloudflare:workers";

/** So many wrong ones cost nothing: a slip of the hand. */
const FREE = 3;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 900_000;
/** After so long without a wrong one, an address is forgotten. */
const REMEMBERED_MS = 86_400_000;

export class Guesses extends DurableObject {
  #sql;

  constructor(ctx, env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec(
      "CREATE TABLE IF NOT EXISTS guess (address TEXT PRIMARY KEY, wrong INTEGER, at INTEGER)",
    );
  }

  /** In milliseconds since 1970. */
  now() {
    return Date.now();
  }

  /** How many milliseconds an address must wait before its next guess counts. */
  wait(address) {
    const [row] = this.#sql
      .exec("SELECT wrong, at FROM guess WHERE address = ?", address)
      .toArray();
    if (!row || row.wrong < FREE) return 0;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (row.wrong - FREE), LONGEST_WAIT_MS);
    return Math.max(row.at + wait - this.now(), 0);
  }

  wrong(address) {
    const now = this.now();
    this.#sql.exec("DELETE FROM guess WHERE at < ?", now - REMEMBERED_MS);
    this.#sql.exec(
      "INSERT INTO guess VALUES (?, 1, ?) ON CONFLICT DO UPDATE SET wrong = wrong + 1, at = excluded.at",
      ...[address, now],
    );
  }

  right(address) {
    this.#sql.exec("DELETE FROM guess WHERE address = ?", address);
  }
}
