// Networks that guessed wrong, which wait longer each time, and sessions that ended.

import { DurableObject } from "cloudflare:workers";

/** Wrong guesses without a wait: a slip of the hand. */
const FREE = 3;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 900_000;
/** The Worker forgets a network or a guess after this time without a wrong guess. */
const REMEMBERED_MS = 86_400_000;
/** The shortest time between two writes of a repeated guess. */
const WRITTEN_EVERY_MS = 3_600_000;

const TABLES = `
  CREATE TABLE IF NOT EXISTS guess (address TEXT PRIMARY KEY, wrong INTEGER, at INTEGER);
  CREATE TABLE IF NOT EXISTS known (print TEXT PRIMARY KEY, at INTEGER) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS known_at ON known (at);
  CREATE TABLE IF NOT EXISTS ended (session TEXT PRIMARY KEY, ends INTEGER) WITHOUT ROWID;
`;

export class Guesses extends DurableObject {
  #sql;

  constructor(ctx, env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec(TABLES);
  }

  /** In milliseconds since 1970. */
  now() {
    return Date.now();
  }

  /**
   * Records a guess, and returns how many milliseconds its network must wait first; 0 if the guess counts. Without an
   * `await`, so that of two guesses at once the second one sees the first.
   *
   * A wrong secret that was sent before tells nothing new, so it costs nothing: a script with an old secret keeps no
   * one else of its network out.
   * @param {string} network
   * @param {{ isRight: boolean, print: string }} guess `print` identifies the secret that was sent
   */
  judge(network, { isRight, print }) {
    const now = this.now();
    if (!isRight && this.#isKnown(print, now)) return 0;
    const wait = this.#wait(network, now);
    if (wait > 0) return wait;
    if (isRight) this.#sql.exec("DELETE FROM guess WHERE address = ?", network);
    else this.#wrong(network, print, now);
    return 0;
  }

  #wait(network, now) {
    const select = "SELECT wrong, at FROM guess WHERE address = ?";
    const [row] = this.#sql.exec(select, network).toArray();
    if (!row || row.wrong < FREE) return 0;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (row.wrong - FREE), LONGEST_WAIT_MS);
    return Math.max(row.at + wait - now, 0);
  }

  #isKnown(print, now) {
    const [row] = this.#sql.exec("SELECT at FROM known WHERE print = ?", print).toArray();
    if (!row) return false;
    if (now - row.at > WRITTEN_EVERY_MS) {
      this.#sql.exec("UPDATE known SET at = ? WHERE print = ?", now, print);
    }
    return true;
  }

  #wrong(network, print, now) {
    this.#sql.exec("DELETE FROM guess WHERE at < ?", now - REMEMBERED_MS);
    this.#sql.exec("DELETE FROM known WHERE at < ?", now - REMEMBERED_MS);
    this.#sql.exec("INSERT INTO known VALUES (?, ?)", print, now);
    this.#sql.exec(
      "INSERT INTO guess VALUES (?, 1, ?) ON CONFLICT DO UPDATE SET wrong = wrong + 1, at = excluded.at",
      ...[network, now],
    );
  }

  /** Ends a session wherever its cookie is. */
  end(session, ends) {
    this.#sql.exec("DELETE FROM ended WHERE ends < ?", Date.now());
    this.#sql.exec("INSERT OR IGNORE INTO ended VALUES (?, ?)", session, ends);
  }

  hasEnded(session) {
    return this.#sql.exec("SELECT 1 FROM ended WHERE session = ?", session).toArray().length > 0;
  }
}
