// The counts of a job while a run deletes, and the ids that it has in hand, written ahead to the
// ledger: a run that is killed in the middle loses none of them and counts none twice.

import { deletion } from "../record/entries.js";
import { UNKNOWN } from "./abandon.js";
import { LedgerError } from "./ledger.js";
import { isPassing } from "./next.js";

/** Between two writes of the counts. */
const FLUSH_MS = 250;

export class Tally {
  #ledger;
  #now;
  #flushedAt = 0;
  #onFlush;
  #append;
  /** Entries of the record that it does not have yet. */
  #entries = [];
  /** Ids that a request may have been sent for, and that have no outcome yet. */
  #inHand;
  /** Ids of an earlier try whose effect is unknown: one that is missing was deleted by it. */
  #unknown;
  /** Ids whose deletion the end of a run has interrupted, this one's or an earlier one's, with its error. */
  #interrupted;
  /** All ids of this run. */
  #taken;
  /** When the batches that this run has listed were created and ended, until they have an outcome. */
  times = new Map();
  /** Changes of failures that the ledger does not have yet, by id; `undefined` removes one. */
  #unsaved = new Map();
  /** The first write that failed: the run takes no new ids then. */
  broken;
  /** True if no request was sent for the ids in hand that have no outcome. */
  areOthersUnsent = false;
  #totals;
  job;
  progress = 0;

  constructor({ job, ledger, now, onFlush, append }) {
    this.job = job;
    this.#ledger = ledger;
    this.#now = now;
    this.#totals = ledger.totals();
    this.#onFlush = onFlush;
    this.#append = append;
    this.#inHand = new Set(ledger.get("inHand") ?? []);
    this.#unknown = new Set(this.#inHand);
    this.#taken = new Set(this.#inHand);
    this.#interrupted = new Map([...this.#inHand].map((id) => [id, UNKNOWN]));
  }

  /** The ids that an earlier run had in hand when it ended or was killed. */
  interrupted() {
    return [...this.#interrupted.keys()];
  }

  /** Returns whether an id belongs to this run. */
  has(id) {
    return this.#taken.has(id);
  }

  /** Records ids before a request is sent for any of them. */
  take(ids, { areNew }) {
    for (const id of ids) {
      this.#inHand.add(id);
      this.#taken.add(id);
      if (!areNew && this.#mayBeGone(id)) this.#unknown.add(id);
    }
    if (areNew) this.job.listed += ids.length;
    this.flush();
  }

  /**
   * Records an outcome. If the run `isOver`, a failure that may pass does not count against the batch: the run had no
   * time for another attempt, so the next run tries the batch again.
   */
  settle(outcome, { isOver }) {
    const { id, status, error } = outcome;
    if (!this.#inHand.has(id)) return;
    if (status === "failed" && isOver && isPassing(error)) {
      if (error.maybeApplied) this.#interrupted.set(id, error);
      if (!this.#interrupted.has(id)) this.#giveBack(id);
      return;
    }
    this.#inHand.delete(id);
    if (status === "failed") {
      this.#fail(id, error);
      this.#tryToFlush();
    } else {
      this.progress += 1;
      const failed = this.#failure(id);
      if (failed) {
        this.#unsaved.set(id, undefined);
        this.job.failed -= 1;
      }
      const isOurs = status === "deleted" || this.#unknown.has(id);
      const kind = isOurs ? "deleted" : "missing";
      this.job[kind] += 1;
      this.#totals[kind] += 1;
      this.#note({ ...outcome, status: kind }, isOurs && status === "missing");
      // One write removes the failure and changes the counts.
      if (failed || this.#now() - this.#flushedAt >= FLUSH_MS) this.#tryToFlush();
    }
  }

  /** Notes an outcome for the record. */
  #note(outcome, isInferred) {
    const time = new Date(this.#now()).toISOString();
    const times = this.times.get(outcome.id);
    this.times.delete(outcome.id);
    this.#entries.push({ time, ...deletion(this.job, { ...outcome, ...times }, isInferred) });
  }

  #fail(id, error) {
    this.#note({ id, status: "failed", error });
    if (!this.#failure(id)) this.job.failed += 1;
    const { code, message, requestId, maybeApplied } = error;
    const passing = isPassing(error);
    const mayBeGone = maybeApplied || this.#unknown.has(id);
    this.#unsaved.set(id, { code, message, requestId, passing, mayBeGone });
    this.job.lastError = { code, message, requestId };
    const { failed } = this.#totals;
    failed[code] = (failed[code] ?? 0) + 1;
  }

  /** Records that a batch which failed is on hold now: no round tries it again. */
  hold(id) {
    const { code, message, request_id: requestId, may_be_gone: mayBeGone } = this.#failure(id);
    this.#unsaved.set(id, { code, message, requestId, passing: false, mayBeGone });
  }

  /** Counts a batch that a dry run has seen; one on hold apart. */
  count(id, { isHeld }) {
    const kind = isHeld ? "held" : "listed";
    // A job of an earlier version has no `held`.
    this.job[kind] = (this.job[kind] ?? 0) + 1;
    this.job.inner.cursor = id;
    this.progress += 1;
    if (this.#now() - this.#flushedAt >= FLUSH_MS) this.flush();
  }

  /** Records the report of a dry run, beside the facts that were found before it. */
  describe({ oldest, newest, sample }) {
    const { job } = this;
    if (!job.sample?.length) Object.assign(job, { newest: newest ?? null, sample });
    if (oldest) job.oldest = oldest;
  }

  /**
   * Returns whether the job has to do with an id already. A page of the list may still have one that was
   * deleted since: taken again, and killed then, it would count twice.
   */
  knows(id) {
    return this.has(id) || this.#failure(id) !== undefined;
  }

  #mayBeGone(id) {
    const failure = this.#failure(id);
    return Boolean(failure?.may_be_gone ?? failure?.mayBeGone);
  }

  #failure(id) {
    if (this.#unsaved.has(id)) return this.#unsaved.get(id);
    return this.#ledger.failure(this.job.id, id);
  }

  /** Returns an id to the job: its request was not sent, or had no effect. */
  #giveBack(id) {
    // A batch that failed before remains a failure.
    if (this.#inHand.delete(id) && !this.#failure(id)) this.job.listed -= 1;
  }

  /**
   * Ends a run. An id that may be deleted stays in hand: the next run sends it again. After the last run it is a
   * failure, and the ledger says that it may be deleted.
   * @param {() => void} record further writes of the same transaction
   */
  close({ isLast, record }) {
    for (const id of this.#inHand) {
      if (this.areOthersUnsent && !this.#interrupted.has(id)) this.#giveBack(id);
      else if (isLast) {
        this.#inHand.delete(id);
        this.#fail(id, this.#interrupted.get(id) ?? UNKNOWN);
      }
    }
    this.flush(record);
  }

  /**
   * Writes the counts, the failures, the ids in hand and the entries of the record, all or none: after a write that
   * failed, the ledger still has each id in hand whose outcome it does not have.
   */
  flush(record) {
    this.#ledger.transaction(() => {
      for (const [id, failure] of this.#unsaved) {
        if (failure) this.#ledger.fail(this.job.id, id, failure);
        else this.#ledger.recover(this.job.id, id);
      }
      this.#ledger.set("inHand", this.#inHand.size > 0 ? [...this.#inHand] : undefined);
      this.#ledger.set("totals", this.#totals);
      this.#ledger.save(this.job);
      this.#append(this.#entries);
      record?.();
    });
    this.#entries = [];
    this.#unsaved.clear();
    this.#flushedAt = this.#now();
    this.#onFlush(this.job);
  }

  /** An outcome is not lost by a write that fails: the next write has it. */
  #tryToFlush() {
    try {
      this.flush();
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.broken ??= error;
    }
  }
}
