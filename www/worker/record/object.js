// The part of a workspace's Durable Object that keeps its record.

import { DurableObject } from "cloudflare:workers";
import { log } from "../retention/alert.js";
import { Chain } from "./chain.js";

export class Recorded extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.chain = new Chain(ctx.storage, () => this.now());
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

  head() {
    return this.chain.seal();
  }

  entries(wanted) {
    return this.chain.page(wanted);
  }

  verify(state, given) {
    return this.chain.verify(state, given);
  }

  /** Logs an event with the head of the record. */
  async log(event, fields) {
    log(event, { ...fields, head: await this.sealed() });
  }

  /** Seals, and resolves with the head. A record that can't be written ends no job here: the next write does. */
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
