// The ledger of one workspace: its jobs, their failures, and the ids that a run has in hand, in SQLite.

const JOBS_KEPT = 100;
/** The most failures kept of each ended job. */
const FAILURES_KEPT = 1_000;
const HOUR = 3_600_000;

const TABLES = `
  CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL,
    document TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS failure (
    job INTEGER NOT NULL,
    batch TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    request_id TEXT,
    passing INTEGER NOT NULL,
    may_be_gone INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    PRIMARY KEY (job, batch)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS young (hour INTEGER PRIMARY KEY, batch TEXT NOT NULL);
`;

/** The states of an active job. */
const ACTIVE = ["running", "waiting"];

/** A write failed. The ledger is as it was before. */
export class LedgerError extends Error {}

export class Ledger {
  #storage;
  #sql;
  /** The hour of the cursor that was added last. */
  #hour;

  constructor(storage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#sql.exec(TABLES);
  }

  /**
   * Runs `work` in a transaction: all its writes, or none.
   * @throws {LedgerError}
   */
  transaction(work) {
    try {
      return this.#storage.transactionSync(work);
    } catch (cause) {
      throw new LedgerError(`the ledger can't be written: ${cause.message}`, { cause });
    }
  }

  get(name) {
    const [row] = this.#rows("SELECT value FROM setting WHERE name = ?", name);
    return row && JSON.parse(row.value);
  }

  /** @param value `undefined` removes it */
  set(name, value) {
    if (value === undefined) this.#sql.exec("DELETE FROM setting WHERE name = ?", name);
    else {
      const text = JSON.stringify(value);
      this.#sql.exec("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, text);
    }
  }

  /** The outcomes of all jobs: `failed` by code, once for each round in which a batch failed. */
  totals() {
    return this.get("totals") ?? { deleted: 0, missing: 0, failed: {} };
  }

  /** Starts a job, and forgets the oldest: of those by cron that found nothing, if there is one. */
  begin(document) {
    const text = JSON.stringify(document);
    const insert = "INSERT INTO job (state, document) VALUES (?, ?) RETURNING id";
    const [{ id }] = this.#rows(insert, document.state, text);
    const [{ total }] = this.#rows("SELECT COUNT(*) AS total FROM job");
    if (total > JOBS_KEPT) {
      const [oldest] = this.#rows(
        `SELECT id FROM job WHERE id <> ?
         ORDER BY json_extract(document, '$.listed') = 0 DESC, id LIMIT 1`,
        id,
      );
      this.#sql.exec("DELETE FROM job WHERE id = ?", oldest.id);
      this.#sql.exec("DELETE FROM failure WHERE job = ?", oldest.id);
    }
    return { id, ...document };
  }

  save({ id, ...document }) {
    const update = "UPDATE job SET state = ?, document = ? WHERE id = ?";
    this.#sql.exec(update, document.state, JSON.stringify(document), id);
    if (ACTIVE.includes(document.state)) return;
    this.#sql.exec(
      `DELETE FROM failure WHERE job = ?1 AND batch NOT IN
       (SELECT batch FROM failure WHERE job = ?1 ORDER BY batch LIMIT ?2)`,
      id,
      FAILURES_KEPT,
    );
  }

  /** Returns the active job; there is at most one. */
  active() {
    const [row] = this.#rows("SELECT id, document FROM job WHERE state IN (?, ?)", ...ACTIVE);
    return row && fromRow(row);
  }

  job(id) {
    const [row] = this.#rows("SELECT id, document FROM job WHERE id = ?", id);
    return row && fromRow(row);
  }

  /** All jobs that are kept, the newest first. */
  jobs() {
    return this.#rows("SELECT id, document FROM job ORDER BY id DESC").map(fromRow);
  }

  fail(job, batch, { code, message, requestId = null, passing, mayBeGone }) {
    this.#sql.exec(
      `INSERT INTO failure VALUES (?, ?, ?, ?, ?, ?, ?, 1)
       ON CONFLICT DO UPDATE SET code = excluded.code, message = excluded.message,
         request_id = excluded.request_id, passing = excluded.passing,
         may_be_gone = MAX(may_be_gone, excluded.may_be_gone), tries = tries + 1`,
      ...[job, batch, code, message, requestId, Number(passing), Number(mayBeGone)],
    );
  }

  failure(job, batch) {
    return this.#rows("SELECT * FROM failure WHERE job = ? AND batch = ?", job, batch)[0];
  }

  recover(job, batch) {
    this.#sql.exec("DELETE FROM failure WHERE job = ? AND batch = ?", job, batch);
  }

  /** Returns up to `limit` failures that may pass, each tried at most `tries` times. */
  retryable(job, tries, limit) {
    const select = "SELECT batch FROM failure WHERE job = ? AND passing = 1 AND tries <= ? LIMIT ?";
    return this.#rows(select, job, tries, limit).map(({ batch }) => batch);
  }

  countPassing(job) {
    const count = "SELECT COUNT(*) AS total FROM failure WHERE job = ? AND passing = 1";
    return this.#rows(count, job)[0].total;
  }

  /** The failures of a job by code, the most frequent first. */
  failures(job) {
    const groups = new Map();
    const select = "SELECT * FROM failure WHERE job = ? ORDER BY batch LIMIT ?";
    for (const row of this.#rows(select, job, FAILURES_KEPT)) {
      const group = groups.get(row.code) ?? { code: row.code, count: 0, batches: [] };
      group.count += 1;
      const { batch: id, message, request_id: requestId } = row;
      group.batches.push({ id, message, requestId, maybeApplied: row.may_be_gone === 1 });
      groups.set(row.code, group);
    }
    return [...groups.values()].sort((a, b) => b.count - a.count);
  }

  /** Young batches at which a list can begin, at most one of each hour. */
  cursors = {
    /** The oldest that is not older than a time. */
    oldestFrom: (time) => {
      this.#sql.exec("DELETE FROM young WHERE hour < ?", Math.floor(time / HOUR));
      // A batch of the same hour may be older than `time`.
      const select = "SELECT batch FROM young WHERE hour > ? ORDER BY hour LIMIT 1";
      return this.#rows(select, Math.floor(time / HOUR))[0]?.batch;
    },
    add: (time, batch) => {
      const hour = Math.floor(time / HOUR);
      if (hour === this.#hour) return;
      this.#hour = hour;
      this.#sql.exec("INSERT OR REPLACE INTO young VALUES (?, ?)", hour, batch);
    },
    clear: () => {
      this.#hour = undefined;
      this.#sql.exec("DELETE FROM young");
    },
  };

  #rows(query, ...bindings) {
    return this.#sql.exec(query, ...bindings).toArray();
  }
}

const fromRow = ({ id, document }) => ({ id, ...JSON.parse(document) });
