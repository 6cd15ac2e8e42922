import type { AbortSignal } from "./globals.js";
import type { DeleteBatchOptions, MessageBatch, RequestOptions } from "./options.js";

/** The selection of batches from the list. A batch must match every option that is given. */
export interface BatchSelection {
  /**
   * Only batches that ended before this time: a `Date`, an RFC 3339 string with its zone, or an age
   * counted back from now, such as `"30d"` (units: `s`, `m`, `h`, `d`, `w`). Now is the earlier of the local
   * clock and the `date` of the API's response, if it is readable. A batch that has not ended is never
   * selected.
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
   * need not be read. If the API refuses it because that batch is gone, the list begins at the newest batch.
   * @default none: at the newest batch
   * @example for await (const batch of listBatches({ after: id })) console.log(batch.id);
   */
  after?: string | undefined;
  /**
   * The most batches, over all pages. From 1 to 2147483647.
   * @default none
   * @example for await (const batch of listBatches({ limit: 20 })) console.log(batch.id);
   */
  limit?: number | undefined;
  /**
   * The number of batches that one request fetches (its own `limit`): from 1 to 1000.
   * @default 100
   * @example for await (const batch of listBatches({ pageSize: 1000 })) console.log(batch.id);
   */
  pageSize?: number | undefined;
}

/** Options of `deleteBatches`. The options of `deleteBatch` are for each batch; `ifMissing` has another default. */
export interface DeleteBatchesOptions extends Omit<DeleteBatchOptions, "ifMissing"> {
  /**
   * The handling of a batch that does not exist (404): report it as failed, or as missing.
   * @default "ignore"
   * @example await deleteBatches(ids, { ifMissing: "reject" });
   */
  ifMissing?: "reject" | "ignore" | undefined;
  /**
   * The most requests in flight, from 1 to 256. At most this number of ids is pulled ahead, and twice this number
   * while requests wait for a retry, because others continue meanwhile. Batches that are waited for
   * (`ifProcessing`) do not count; at most 1000 are waited for at the same time.
   * @default 8
   * @example await deleteBatches(ids, { concurrency: 16 });
   */
  concurrency?: number | undefined;
  /**
   * Called once with every outcome: keep them, so that a later job can resume. An error that it throws ends the job
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
   * Ends the job in an orderly way, once it is aborted: no further id is pulled and no further request begins,
   * requests in flight end with outcomes (within `timeout`), a call that waits ends with its last failure. The promise
   * resolves with the report, whose `drained` is true. `signal`, in contrast, cuts requests off and rejects.
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
   * nothing. With `endedBefore` or `createdBefore`, a purge whose cursor no longer exists begins at the
   * newest batch, because the time limit protects the young ones.
   * @default none: at the newest batch
   * @example await purgeBatches({ endedBefore: "30d", after: id });
   */
  after?: string | undefined;
  /**
   * The most batches. From 1 to 2147483647.
   * @default none
   * @example await purgeBatches({ endedBefore: "30d", limit: 500 });
   */
  limit?: number | undefined;
  /**
   * Deletes nothing: the report counts the batches that a run would delete, by the list.
   * @default false
   * @example
   * const { deleted } = await purgeBatches({ endedBefore: "30d", dryRun: true });
   * console.log(`${deleted} would be deleted`);
   */
  dryRun?: boolean | undefined;
  /**
   * Selects every batch. Needed if no other option selects: `endedBefore` and `createdBefore` select
   * only with a time that is more than a minute past.
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
      /** `missing`: it did not exist (404), and `ifMissing` is `"ignore"`. */
      status: "deleted" | "missing";
      /** The id of the request that deleted it or got the 404, if the response has one. */
      requestId?: string;
    }
  | {
      status: "failed";
      /** The failure. */
      error: import("./errors.js").BatchError;
    }
);

/** The state of a job, right after an outcome. */
export interface Progress {
  /** The number of batches that have an outcome. */
  done: number;
  /** The number of ids, if `ids` is an array or a set, without the repetitions that were found. */
  total?: number;
  /** The number that was deleted; with `dryRun`, that would be deleted. */
  deleted: number;
  /** The number that did not exist. */
  missing: number;
  /** The number that failed. */
  failed: number;
  /** The number of requests in flight. */
  inFlight: number;
  /** The end of a pause of all requests for the rate limit, in milliseconds since 1970. */
  pausedUntil?: number;
  /** Outcomes per second, in the last two seconds or so. */
  ratePerSecond: number;
  /** The number of batches that could not be judged; `purgeBatches` alone has it, if it is not 0. */
  unjudged?: number;
  /**
   * The milliseconds by which the local clock is ahead of the API's (negative: behind), if that is more than a
   * minute. One progress of `purgeBatches` has it. Ages count from the earlier clock.
   */
  clockDifferenceMs?: number;
  /** The newest outcome. */
  outcome: DeletionOutcome;
}

/** The result of a job. Memory grows with the failures, not with the successes. */
export interface DeletionReport {
  /** The number that was deleted; with `dryRun`, that would be deleted. */
  deleted: number;
  /**
   * The number that did not exist (404). A browser may send a DELETE twice by itself: then a batch that the first
   * one deleted counts here.
   */
  missing: number;
  /** The batches that were not deleted, one by one. */
  failed: {
    /** The id as it was given; `undefined` if it was not a string. */
    id: string | undefined;
    /** Its index among all ids, from 0, repetitions included. */
    index: number;
    /** The failure. */
    error: import("./errors.js").BatchError;
  }[];
  /**
   * The number of ids for which no request was sent, because the job ended early: ids that were pulled, and the
   * rest of an array or a set.
   */
  unsent: number;
  /** The number of all ids: each once, `unsent` included. */
  total: number;
  /**
   * The reason for which the job ended before its ids did. A job stops once the last N calls all failed with one failure
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
   * Batches that `purgeBatches` did not delete because the field that decides can't be read as a time,
   * such as a `created_at` without its zone, or an `ended_at` that is `null` although the batch has ended; and entries
   * of the list without an id. The first 100, each with its index in the list.
   */
  unjudged?: { index: number; id?: string; field: "id" | "created_at" | "ended_at" }[];
  /** The number of such batches. */
  unjudgedTotal?: number;
  /** True if `drain` ended the job. */
  drained?: true;
  /** The difference of the clocks, as in `Progress`; `purgeBatches` alone has it. */
  clockDifferenceMs?: number;
  /** With `dryRun`: the creation time of the oldest batch that would be deleted, in RFC 3339; absent if no time is readable. */
  oldest?: string;
  /** With `dryRun`: the creation time of the newest of these batches. */
  newest?: string;
  /** With `dryRun`: the ids of the first ten of these batches, newest first. */
  sample?: string[];
  /** True in a `dryRun`. */
  dryRun?: true;
}

/** Options of `cancelBatches`. */
export interface CancelBatchesOptions
  extends Omit<DeleteBatchesOptions, "ifProcessing" | "pollInterval" | "onProgress"> {
  /**
   * Called once with every outcome. An error that it throws ends the job at once.
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
       * `canceled`: the API cancels it, and it ends soon. `ended`: it had ended before. `missing`: it did not
       * exist (404), and `ifMissing` is `"ignore"`.
       */
      status: "canceled" | "ended" | "missing";
      /** The id of the request, if the response has one. */
      requestId?: string;
    }
  | {
      status: "failed";
      /** The failure. */
      error: import("./errors.js").BatchError;
    }
);

/** The state of a job that cancels, right after an outcome. */
export interface CancelationProgress
  extends Omit<Progress, "deleted" | "unjudged" | "clockDifferenceMs" | "outcome"> {
  /** The number that was canceled. */
  canceled: number;
  /** The number that had ended before. */
  ended: number;
  /** The newest outcome. */
  outcome: CancelationOutcome;
}

/** The result of a job that cancels. */
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
  /** The number that was canceled. */
  canceled: number;
  /** The number that had ended before. */
  ended: number;
}
