// The record of one workspace in SQLite: entries that are only appended, chained by keyed hashes. It says who
// deleted which batch; retention/ledger.js has the progress of jobs. docs/audit.md describes it.

import { ruleChanged } from "./entries.js";
import { bodyOf, hashOf, importKey, lineOf, newKey } from "./hash.js";
import { boundsOf, findBreak } from "./verify.js";

/** Entries of one row of SQLite, which may have 2 MB. An entry has 400 bytes, one with a message up to 2 KB. */
const MOST_SEALED = 200;
/** The number of unsealed entries that are sealed at once. Fewer wait, so that each row of SQLite has many. */
const SEALED_AT_ONCE = 100;
const LONGEST_UNSEALED_MS = 1_000;
/** Entries of one page of an export, and of one part of a verification: other requests wait for one. */
const PAGE_ENTRIES = 500;

const TABLES = `
  CREATE TABLE IF NOT EXISTS chain_state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS chain_unsealed (
    id INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    entries TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS chain (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    oldest INTEGER NOT NULL,
    newest INTEGER NOT NULL,
    least_job INTEGER,
    greatest_job INTEGER,
    lines TEXT NOT NULL
  );
`;

/** The head of a chain without an entry. */
const START = { seq: 0, hash: "0".repeat(64) };

export class Chain {
  #storage;
  #sql;
  #now;
  #key;
  /** The number of unsealed entries, at least. */
  #unsealed = 0;
  #timer;
  /** Seals run one after the other. */
  #sealing = Promise.resolve();

  /** @param {() => number} now in milliseconds since 1970 */
  constructor(storage, now) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#now = now;
    this.#sql.exec(TABLES);
    this.#unsealed = this.#rows("SELECT TOTAL(count) AS total FROM chain_unsealed")[0].total;
  }

  /** The newest sealed entry, as `seq.hash`. */
  get head() {
    const { seq, hash } = this.#head();
    return `${seq}.${hash}`;
  }

  /**
   * Appends entries by one row, in the transaction that is open, if there is one. WebCrypto is asynchronous and a
   * transaction is not, so the entries get their numbers and hashes by `seal`.
   * @throws if the row can't be written
   */
  append(entries) {
    if (entries.length === 0) return;
    const time = new Date(this.#now()).toISOString();
    const text = JSON.stringify(entries.map((entry) => ({ time, ...entry })));
    const insert = "INSERT INTO chain_unsealed (count, entries) VALUES (?, ?)";
    this.#sql.exec(insert, entries.length, text);
    this.#unsealed += entries.length;
  }

  /** Appends an entry if the rule differs from that of the last such entry. */
  noteRule(rule) {
    const before = this.#get("rule") ?? null;
    if (JSON.stringify(rule) === JSON.stringify(before)) return;
    this.#storage.transactionSync(() => {
      this.#set("rule", rule);
      this.append([ruleChanged(rule, before)]);
    });
  }

  /** Seals soon: at once if many entries wait, else within a second. */
  sealSoon() {
    if (this.#unsealed >= SEALED_AT_ONCE) this.seal().catch(() => {});
    else if (this.#unsealed > 0) {
      this.#timer ??= setTimeout(() => this.seal().catch(() => {}), LONGEST_UNSEALED_MS);
    }
  }

  /** Seals all entries that are appended. Resolves with the head. */
  seal() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const sealed = this.#sealing.then(async () => {
      while (await this.#sealSome());
      return this.head;
    });
    this.#sealing = sealed.catch(() => {});
    return sealed;
  }

  /** Resolves with whether there was an entry to seal. */
  async #sealSome() {
    const rows = this.#some();
    if (rows.length === 0) {
      // A transaction that failed had counted its entries.
      this.#unsealed = 0;
      return false;
    }
    const entries = rows.flatMap((row) => JSON.parse(row.entries));
    const key = await this.#importKey();
    let { seq, hash } = this.#head();
    const first = seq + 1;
    let lines = "";
    for (const entry of entries) {
      seq += 1;
      const body = bodyOf(seq, entry);
      hash = await hashOf(key, hash, body);
      lines += `${lineOf(body, hash)}\n`;
    }
    const { oldest, newest, leastJob, greatestJob } = boundsOf(entries);
    this.#storage.transactionSync(() => {
      this.#sql.exec(
        "INSERT INTO chain VALUES (?, ?, ?, ?, ?, ?, ?)",
        ...[first, seq, oldest, newest, leastJob, greatestJob, lines],
      );
      this.#sql.exec("DELETE FROM chain_unsealed WHERE id <= ?", rows.at(-1).id);
      this.#set("head", { seq, hash });
    });
    this.#unsealed = Math.max(this.#unsealed - entries.length, 0);
    return true;
  }

  /** Returns the oldest unsealed rows, up to the number of entries that one row of the chain takes. */
  #some() {
    const some = [];
    let total = 0;
    for (const row of this.#rows("SELECT * FROM chain_unsealed ORDER BY id LIMIT ?", MOST_SEALED)) {
      total += row.count;
      if (total > MOST_SEALED && some.length > 0) break;
      some.push(row);
    }
    return some;
  }

  /**
   * Returns a page of the sealed entries, as lines of JSON.
   * @param {object} wanted
   * @param {number} wanted.after the number of the entry before the first
   * @param {number} wanted.until the number of the last entry
   * @param {number} [wanted.from] the first time, in milliseconds since 1970
   * @param {number} [wanted.to] the time after the last
   * @param {number} [wanted.job]
   * @returns {{ lines: string, after: number, isLast: boolean }} `after` is that of the next page. The lines are of
   * rows that have such entries, and may have others.
   */
  page({ after, until, from, to, job }) {
    const { rows, isEnd } = this.#page(
      `SELECT first, last, lines FROM chain
       WHERE first >= IFNULL((SELECT MAX(first) FROM chain WHERE first <= ?1 + 1), 0)
         AND last > ?1 AND first <= ?2 AND newest >= ?3 AND oldest < ?4
         AND (?5 IS NULL OR (least_job <= ?5 AND greatest_job >= ?5))
       ORDER BY first`,
      ...[after, until, from ?? Number.MIN_SAFE_INTEGER, to ?? Number.MAX_SAFE_INTEGER],
      job ?? null,
    );
    const last = rows.at(-1)?.last ?? until;
    return {
      lines: rows.map(({ lines }) => lines).join(""),
      after: last,
      isLast: isEnd || last >= until,
    };
  }

  /**
   * Verifies the next part of the chain, so that one call takes little time.
   * @param {object} [state] of the part before
   * @param {{ seq: number, hash: string }} [given] a head that was written down
   * @returns {Promise<{ state?: object, verdict?: object }>} `state` unless it is the last part
   */
  async verify(state, given) {
    if (!state) await this.seal();
    const pruned = this.#pruned();
    const before = state ?? {
      ...{ seq: pruned.seq, hash: pruned.hash, entries: 0, pruned, prunedByEntry: 0 },
      ...{ until: this.#head(), isGivenFound: false },
    };
    // Old entries were removed during the check: it begins again.
    if (before.pruned.seq !== pruned.seq) return this.verify(undefined, given);
    const query = "SELECT * FROM chain WHERE first > ? ORDER BY first";
    const { rows } = this.#page(query, before.seq);
    return findBreak({ key: await this.#importKey(), before, rows, given });
  }

  /** Returns the time of the oldest entry, if there is one. */
  oldest() {
    return this.#rows("SELECT oldest FROM chain ORDER BY first LIMIT 1")[0]?.oldest;
  }

  /** Deletes rows whose entries are all older than a time. The number of entries that went is an entry. */
  async prune(time) {
    const head = await this.seal();
    // Only the oldest rows: a row after a younger one stays, even if its clock was behind.
    const [young] = this.#rows("SELECT MIN(first) AS first FROM chain WHERE newest >= ?", time);
    const [row] = this.#rows(
      "SELECT last, lines FROM chain WHERE first < ? ORDER BY first DESC LIMIT 1",
      young.first ?? Number.MAX_SAFE_INTEGER,
    );
    if (!row) return;
    const { seq, hash } = endOf(row);
    const pruned = this.#pruned();
    this.#storage.transactionSync(() => {
      this.#sql.exec("DELETE FROM chain WHERE last <= ?", seq);
      this.#set("pruned", { seq, hash });
      const count = seq - pruned.seq;
      this.append([{ event: "prune", actor: "cron", detail: { count, through: seq, head } }]);
    });
    await this.seal();
  }

  #head() {
    return this.#get("head") ?? START;
  }

  /** The last removed entry. */
  #pruned() {
    return this.#get("pruned") ?? START;
  }

  #importKey() {
    this.#key ??= importKey(this.#get("key") ?? this.#set("key", newKey()));
    return this.#key;
  }

  #get(name) {
    const [row] = this.#rows("SELECT value FROM chain_state WHERE name = ?", name);
    return row && JSON.parse(row.value);
  }

  #set(name, value) {
    this.#sql.exec("INSERT OR REPLACE INTO chain_state VALUES (?, ?)", name, JSON.stringify(value));
    return value;
  }

  /** Returns the first rows that a query selects, and whether these are all. */
  #page(query, ...bindings) {
    const rows = [];
    let total = 0;
    for (const row of this.#sql.exec(query, ...bindings)) {
      rows.push(row);
      total += row.last - row.first + 1;
      if (total >= PAGE_ENTRIES) return { rows, isEnd: false };
    }
    return { rows, isEnd: true };
  }

  #rows(query, ...bindings) {
    return this.#sql.exec(query, ...bindings).toArray();
  }
}

/** The last entry of a row. */
const endOf = ({ last, lines }) => ({ seq: last, hash: lines.slice(-67, -3) });
