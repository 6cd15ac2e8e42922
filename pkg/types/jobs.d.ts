import type { AbortSignal } from "./globals.js";
import type { DeleteBatchOptions, MessageBatch, RequestOptions } from "./options.js";

/** Which batches of the list are meant. All that is given must hold. */
export interface BatchSelection {
  /**
   * Only batches that ended before this time: a `Date`, an RFC 3339 string with its zone, or an age
   * counted back from now, such as `"30d"` (units: `s`, `m`, `h`, `d`, `w`). Now is the earlier of the local
   * clock and the `date` of the API's response, if it is readable. A batch that has not ended is never
   * meant.
   * @default none
   * @example await purgeBatches({ endedBefore: "30d" });
   */
  endedBefore?: Date | string | undefined;
  /**
   * Only batches that were created before this time, written as for `endedBefore`.
   * @default none
   * @example await purgeBatches({ createdBefore: new Date("2026-10-01T00:00:00Z") });
   */
  createdBefore?: Date | string | undefined;
  /**
   * Only batches with this `processing_status`.
   * @default none: all of them
   * @example for await (const batch of listBatches({ status: "ended" })) console.log(batch.id);
   */
  status?: MessageBatch["processing_status"] | undefined;
  /**
   * Only batches for which this returns `true`. It is called last. An error that it throws ends the
   * call.
   * @default none
   * @example await purgeBatches({ filter: ({ request_counts }) => request_counts.errored > 0 });
   */
  filter?: ((batch: MessageBatch) => boolean | Promise<boolean>) | undefined;
}

/** Options of `listBatches`. */
export interface ListBatchesOptions extends RequestOptions, BatchSelection {
  /**
   * The id of the batch after which the list begins, towards older ones, so that many younger batches
   * need not be read. Where the API refuses it because that batch is gone, the list begins at its start.
   * @default none: at the newest batch
   * @example for await (const batch of listBatches({ after: id })) console.log(batch.id);
   */
  after?: string | undefined;
  /**
   * How many batches at most, over all pages. From 1 to 2147483647.
   * @default none
   * @example for await (const batch of listBatches({ limit: 20 })) console.log(batch.id);
   */
  limit?: number | undefined;
  /**
   * How many batches one request fetches (its own `limit`): from 1 to 1000.
   * @default 100
   * @example for await (const batch of listBatches({ pageSize: 1000 })) console.log(batch.id);
   */
  pageSize?: number | undefined;
}

/** Options of `deleteBatches`. Those of `deleteBatch` are for each batch, but for these. */
export interface DeleteBatchesOptions extends Omit<DeleteBatchOptions, "ifMissing"> {
  /**
   * The handling of a batch that is not there (404): report it as failed, or as missing.
   * @default "ignore"
   * @example await deleteBatches(ids, { ifMissing: "reject" });
   */
  ifMissing?: "reject" | "ignore" | undefined;
  /**
   * Requests at the same time, from 1 to 256. Ids are pulled no further ahead than that, and than
   * twice that where requests wait to be sent again: as many others go on meanwhile. Batches
   * that are waited for (`ifProcessing`) take no part of it; at most 1000 are waited for at once.
   * @default 8
   * @example await deleteBatches(ids, { concurrency: 16 });
   */
  concurrency?: number | undefined;
  /**
   * Called with every outcome, once each: keep it, and a job can resume. An error that it throws ends the job
   * at once, requests in flight included. An abort of `signal` is followed by one outcome for each batch whose
   * request it cuts off: a failure, with `maybeApplied` if the batch may be deleted.
   * @default none
   * @example
   * await deleteBatches(ids, {
   *   onProgress: ({ done, total, outcome }) => console.log(done, total, outcome.id, outcome.status),
   * });
   */
  onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * Ends the job in an orderly way, once it is aborted: no id is pulled and no request begins any more, requests in
   * flight end with outcomes (within `timeout`), a call that waits ends with the failure it had. The promise
   * resolves with the report, whose `drained` is true. `signal` is the other way: it cuts requests off, and rejects.
   * @default none
   * @example await deleteBatches(ids, { drain: AbortSignal.timeout(25_000) });
   */
  drain?: AbortSignal | null | undefined;
}

/** Options of `purgeBatches`. At least one of `BatchSelection` must be given, or `all: true`. */
export interface PurgeBatchesOptions extends DeleteBatchesOptions, BatchSelection {
  /**
   * The id of the batch after which the list begins, towards older ones, so that many younger batches
   * need not be read. It is a bound: if the API refuses it, the purge fails with the API's error and deletes
   * nothing. With `endedBefore` or `createdBefore`, a purge whose cursor does not exist any more begins at the
   * newest batch, because the time limit protects the young ones.
   * @default none: at the newest batch
   * @example await purgeBatches({ endedBefore: "30d", after: id });
   */
  after?: string | undefined;
  /**
   * How many batches at most. From 1 to 2147483647.
   * @default none
   * @example await purgeBatches({ endedBefore: "30d", limit: 500 });
   */
  limit?: number | undefined;
  /**
   * Deletes nothing: the report is the one that a run would have, as far as the list shows.
   * @default false
   * @example
   * const { deleted } = await purgeBatches({ endedBefore: "30d", dryRun: true });
   * console.log(`${deleted} would be deleted`);
   */
  dryRun?: boolean | undefined;
  /**
   * Says that every batch is meant. Needed where nothing selects: `endedBefore` and `createdBefore`
   * do only with a time that is more than a minute past.
   * @default false
   * @example await purgeBatches({ all: true });
   */
  all?: boolean | undefined;
}

/** The outcome of one batch. */
export type DeletionOutcome = {
  /** The id as it was given; `undefined` if it was not a string. */
  id: string | undefined;
  /** Its index among all ids, from 0, repetitions included. */
  index: number;
} & (
  | {
      /** `missing`: it was not there (404), and `ifMissing` is `"ignore"`. */
      status: "deleted" | "missing";
      /** The id of the request that deleted it, or found it missing, if the response has one. */
      requestId?: string;
    }
  | {
      status: "failed";
      /** Why it failed. */
      error: import("./errors.js").BatchError;
    }
);

/** How a job stands, right after an outcome. */
export interface Progress {
  /** How many batches have an outcome. */
  done: number;
  /** How many ids there are without repetitions known so far, where `ids` is an array or a set. */
  total?: number;
  /** How many were deleted; with `dryRun`, how many would be. */
  deleted: number;
  /** How many were not there. */
  missing: number;
  /** How many failed. */
  failed: number;
  /** Requests that are on their way. */
  inFlight: number;
  /** Until when the rate limit holds everything back, in milliseconds since 1970. */
  pausedUntil?: number;
  /** Outcomes per second, in the last two seconds or so. */
  ratePerSecond: number;
  /** Of `purgeBatches`, once there is one: how many batches could not be judged so far. */
  unjudged?: number;
  /**
   * The milliseconds by which the local clock is ahead of the API's (negative: behind), if they are more than a
   * minute's. One progress of `purgeBatches` has it. Ages count from the earlier clock.
   */
  clockDifferenceMs?: number;
  /** The outcome that was just reached. */
  outcome: DeletionOutcome;
}

/** How a job ended. Memory grows with the failures, not with the successes. */
export interface DeletionReport {
  /** How many were deleted; with `dryRun`, how many would be. */
  deleted: number;
  /**
   * How many were not there (404). A browser may send a DELETE twice by itself: then a batch that the first one
   * deleted counts here.
   */
  missing: number;
  /** Those that were not deleted, one by one. */
  failed: {
    /** The id as it was given; `undefined` if it was not a string. */
    id: string | undefined;
    /** Its index among all ids, from 0, repetitions included. */
    index: number;
    /** Why. */
    error: import("./errors.js").BatchError;
  }[];
  /**
   * Ids of which no request was sent, because the job ended early: those that were pulled, and of an array or a
   * set the rest.
   */
  unsent: number;
  /** All of them: each id once, `unsent` included. */
  total: number;
  /**
   * Why the job ended before its ids did. A job stops once the last N calls all failed with one failure
   * that concerns every id: a refused key (401, 403), a spend limit (402, or 429 without `retry-after`), a
   * redirect, a 404 or 405 that is not the API's, a 400 with the same words each time, a success that is
   * not JSON, a function for the key that fails, the subrequest limit of a Worker. It stops after a minute
   * without a success in which N calls failed, and at a `retry-after` longer than `maxRetryDelay`: its
   * `retryAfterMs` says when to resume. N is the larger of 12 and `concurrency` + 4. It stops after five seconds
   * if no request has ever reached the server (connection refused, unknown host) and there were more than
   * `maxRetries` attempts.
   */
  stopped?: import("./errors.js").BatchError;
  /**
   * Of `purgeBatches`: batches that were not deleted because the field that decides can't be read as
   * a time, such as a `created_at` without its zone, or an `ended_at` that is `null` though the
   * batch has ended; and entries of the list without an id. The first 100, each with its index in the list.
   */
  unjudged?: { index: number; id?: string; field: "id" | "created_at" | "ended_at" }[];
  /** How many such batches there are. */
  unjudgedTotal?: number;
  /** Whether `drain` ended the job. */
  drained?: true;
  /** The difference of the clocks, as in `Progress`; `purgeBatches` alone has it. */
  clockDifferenceMs?: number;
  /** With `dryRun`: the creation time of the oldest selected batch, in RFC 3339; absent if no time is readable. */
  oldest?: string;
  /** With `dryRun`: the creation time of the newest selected batch. */
  newest?: string;
  /** With `dryRun`: the ids of the first ten selected batches, newest first. */
  sample?: string[];
  /** Whether it was a `dryRun`. */
  dryRun?: true;
}

/** Options of `cancelBatches`. */
export interface CancelBatchesOptions
  extends Omit<DeleteBatchesOptions, "ifProcessing" | "pollInterval" | "onProgress"> {
  /**
   * Called with every outcome, once each. An error that it throws ends the job at once.
   * @default none
   * @example await cancelBatches(ids, { onProgress: ({ outcome }) => console.log(outcome.status) });
   */
  onProgress?: ((progress: CancelationProgress) => void) | undefined;
}

/** The outcome of one batch that was to be canceled. */
export type CancelationOutcome = {
  /** The id as it was given; `undefined` if it was not a string. */
  id: string | undefined;
  /** Its index among all ids, from 0, repetitions included. */
  index: number;
} & (
  | {
      /**
       * `canceled`: the API cancels it, and it ends soon. `ended`: it had ended before. `missing`: it was not there
       * (404), and `ifMissing` is `"ignore"`.
       */
      status: "canceled" | "ended" | "missing";
      /** The id of the request that said so, if the response has one. */
      requestId?: string;
    }
  | {
      status: "failed";
      /** Why it failed. */
      error: import("./errors.js").BatchError;
    }
);

/** How a job that cancels stands, right after an outcome. */
export interface CancelationProgress
  extends Omit<Progress, "deleted" | "unjudged" | "clockDifferenceMs" | "outcome"> {
  /** How many were canceled. */
  canceled: number;
  /** How many had ended before. */
  ended: number;
  /** The outcome that was just reached. */
  outcome: CancelationOutcome;
}

/** How a job that cancels ended. */
export interface CancelationReport
  extends Omit<
    DeletionReport,
    | "deleted"
    | "unjudged"
    | "unjudgedTotal"
    | "clockDifferenceMs"
    | "dryRun"
    | "oldest"
    | "newest"
    | "sample"
  > {
  /** How many were canceled. */
  canceled: number;
  /** How many had ended before. */
  ended: number;
}
