// The part of a workspace's Durable Object that keeps its record.

import { DurableObject } from "cloudflare:workers";
import { Holds, MOST_HOLDS } from "../holds/holds.js";
import { log } from "../retention/alert.js";
import { Chain } from "./chain.js";

const DAY_MS = 86_400_000;

export class Recorded extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.chain = new Chain(ctx.storage, () => this.now());
    this.held = new Holds(ctx.storage.sql);
  }

  /** In milliseconds since 1970. */
  now() {
    return Date.now();
  }

  /**
   * Appends an entry.
   * @throws if it can't be written
   */
  note(entry) {
    this.chain.append([entry]);
    this.chain.sealSoon();
  }

  /**
   * Appends the entry of an attempt by the relay.
   * @returns {boolean} whether the relay may send it: false if the batch is on hold
   * @throws if it can't be written
   */
  attempt(entry) {
    if (entry.event === "delete" && this.held.has(entry.id)) return false;
    this.note({ ...entry, outcome: "attempted" });
    return true;
  }

  listHolds() {
    return this.held.list();
  }

  /** Places a hold, and writes an entry: both or neither. Resolves with `{ status, message? }`. */
  placeHold({ pattern, reason, actor }) {
    return this.#changeHold({ event: "hold", pattern, reason, actor }, () => {
      if (this.held.place({ pattern, reason, actor, at: this.now() })) return { status: 201 };
      const message = `${pattern} is on hold already, or there are ${MOST_HOLDS} holds.`;
      return { status: 409, message };
    });
  }

  releaseHold({ pattern, reason, actor }) {
    return this.#changeHold({ event: "release", pattern, reason, actor }, () =>
      this.held.release(pattern)
        ? { status: 200 }
        : { status: 404, message: `No operator has placed a hold on ${pattern}.` },
    );
  }

  #changeHold({ event, pattern, reason, actor }, change) {
    const changed = this.ctx.storage.transactionSync(() => {
      const result = change();
      const entry = { event, actor, id: pattern, detail: { reason } };
      if (!result.message) this.chain.append([entry]);
      return result;
    });
    this.chain.sealSoon();
    return changed;
  }

  head() {
    return this.chain.seal();
  }

  entries(wanted) {
    return this.chain.page(wanted);
  }

  verify(state, given) {
    return this.chain.verify(state, given);
  }

  /** Resolves with the beginning of the first day that is over and has no file in LEDGER_BUCKET, if there is one. */
  async dayWithoutFile() {
    const oldest = this.chain.oldest() ?? this.now();
    const day = (await this.ctx.storage.get("dayWithoutFile")) ?? oldest - (oldest % DAY_MS);
    return day + DAY_MS <= this.now() ? day : undefined;
  }

  setDayWithoutFile(day) {
    return this.ctx.storage.put("dayWithoutFile", day);
  }

  /** Logs an event with the head of the record. */
  async log(event, fields) {
    log(event, { ...fields, head: await this.sealed() });
  }

  /** Seals, and resolves with the head. If the record can't be written, the next write ends the job, not this call. */
  async sealed() {
    try {
      return await this.chain.seal();
    } catch (error) {
      log("record.seal_failed", { message: error.message });
      return this.chain.head;
    }
  }

  /** Writes to the record. A failure is logged, and changes nothing else. */
  tryToRecord(write) {
    try {
      write(this.chain);
      this.chain.sealSoon();
    } catch ({ message }) {
      log("record.failed", { message });
    }
  }
}
