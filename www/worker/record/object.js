// The part of a workspace's Durable Object that other parts of the Worker use: its record and its holds.

import { DurableObject } from "cloudflare:workers";
import { Holds } from "../holds/holds.js";
import { log } from "../retention/alert.js";
import { Chain } from "./chain.js";

const DAY_MS = 86_400_000;
/** An entry may be written that long after its time: with the next write, if one failed. */
const LATEST_MS = 600_000;

export class Recorded extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.chain = new Chain(ctx.storage, () => this.now());
    this.held = new Holds(ctx.storage, this.chain, () => this.now());
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

  placeHold(hold) {
    return this.held.place(hold);
  }

  releaseHold(hold) {
    return this.held.release(hold);
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
    return day + DAY_MS + LATEST_MS <= this.now() ? day : undefined;
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
