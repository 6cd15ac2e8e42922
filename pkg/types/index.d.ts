/**
 * Deletes Claude Message Batches, wherever JavaScript runs.
 *
 * The package is Rust, compiled to WebAssembly. The `exports` of package.json choose how each runtime
 * loads it, by a file of `entry/`; nothing has to be initialized. The alternatives, and the reasons against
 * them:
 *
 * - An `init()` to be called first: every user forgets it once, and libraries can't call it.
 * - Top-level `await`: it breaks `require()` in Node, service workers, and several bundlers.
 * - `import ... from "./x.wasm"` everywhere: browsers refuse it, Vite needs a plugin, webpack a
 *   flag, Node a newer version. Cloudflare Workers and Vercel's edge runtime need it,
 *   because they can't compile bytes.
 * - `new URL("./x.wasm", import.meta.url)` everywhere: esbuild does not copy the file, Vite's
 *   development server moves the script away from it, and Deno needs `--allow-read`. It exists
 *   as `delete-message-batch/url`, for pages that count bytes.
 * - One glue for each of wasm-bindgen's targets: `bundler`, `module`, `nodejs` and `deno` each fail
 *   somewhere, and two copies of the glue would be two instances of the wasm.
 *
 * @packageDocumentation
 */

import type { CoreClient } from "./core.js";
import type {
  BatchSelection,
  CancelationReport,
  CancelBatchesOptions,
  DeleteBatchesOptions,
  DeletionReport,
  ListBatchesOptions,
  PurgeBatchesOptions,
} from "./jobs.js";
import type { MessageBatch, RequestOptions } from "./options.js";

export * from "./core.js";
export type {
  BatchSelection,
  CancelationOutcome,
  CancelationProgress,
  CancelationReport,
  CancelBatchesOptions,
  DeleteBatchesOptions,
  DeletionOutcome,
  DeletionReport,
  ListBatchesOptions,
  Progress,
  PurgeBatchesOptions,
} from "./jobs.js";
export { createRelay, type Relay, type RelayOptions } from "./relay.js";

/**
 * Deletes many Message Batches, as fast as the rate limit allows. One batch's failure never stops
 * the others: it is in the report.
 *
 * One limiter serves all requests: they pause together after a refusal, and keep within the rate
 * that the API grants. An id that occurs twice is deleted once and counted once.
 *
 * @param ids - An array, a set, a generator, or any other iterable or async iterable of ids, pulled
 * only as fast as they are deleted.
 * @param options - The credential, the base URL, time limits, retries, concurrency.
 * @returns The numbers of batches that were deleted and that did not exist, and each failure.
 * @throws {@link BatchError} if an option is not valid, or if `totalTimeout` ends the job;
 * the error that `ids` or `onProgress` threw; `signal.reason`. The error of `totalTimeout`, and an object that
 * `ids` or `onProgress` threw, has a `report` of the outcomes until then.
 * @see https://platform.claude.com/docs/en/api/deleting-message-batches
 */
export function deleteBatches(
  ids: Iterable<string> | AsyncIterable<string>,
  options?: DeleteBatchesOptions,
): Promise<DeletionReport>;

/**
 * Cancels many Message Batches, as `deleteBatches` deletes them: one limiter, one report. A canceled batch ends soon, and
 * can be deleted then.
 *
 * @param ids - As for `deleteBatches`.
 * @param options - The credential, the base URL, time limits, retries, concurrency.
 * @returns The numbers of batches that were canceled, had ended before, and did not exist, and each failure.
 * @throws As `deleteBatches`.
 * @see https://platform.claude.com/docs/en/api/canceling-message-batches
 */
export function cancelBatches(
  ids: Iterable<string> | AsyncIterable<string>,
  options?: CancelBatchesOptions,
): Promise<CancelationReport>;

/** The names of the options that select batches: a purge needs one. */
type Selecting = keyof BatchSelection | "all";

/** The options of a purge in a type that has one of these names. */
type SelectingOptions = PurgeBatchesOptions &
  (
    | {
        [Name in keyof BatchSelection]-?: Pick<Required<BatchSelection>, Name>;
      }[keyof BatchSelection]
    | { all: true }
  );

/**
 * The same for options of a type that leaves open which of them are given, such as `PurgeBatchesOptions`. They are
 * checked when the purge begins.
 */
export function purgeBatches<Options extends PurgeBatchesOptions>(
  options: Options & (Selecting extends keyof Options ? unknown : never),
): Promise<DeletionReport>;
/**
 * Deletes the Message Batches that match, for retention: lists them, filters them, deletes them.
 *
 * @param options - The selection, and everything that `deleteBatches` takes. Without a selection,
 * `all: true` is required.
 * @returns The numbers of batches that were deleted and that were already gone, and each failure. With
 * `dryRun`, the result that a run would have.
 * @throws As `deleteBatches`, and {@link BatchError} if the list can't be read.
 * @see https://platform.claude.com/docs/en/api/listing-message-batches
 */
export function purgeBatches(options: SelectingOptions): Promise<DeletionReport>;

/**
 * Lists Message Batches, newest first: an async iterable over all pages, each fetched when its
 * first batch is requested. No page is fetched after the loop ends. A batch may be deleted as soon
 * as it was listed: the list continues.
 *
 * @param options - The selection; the credential, the base URL, time limits, retries. `totalTimeout` bounds the
 * whole iteration. `status`, `createdBefore` and `endedBefore` are applied here, not by
 * the API: it lists everything.
 * @throws {@link BatchError}; the error that `filter` threw; `signal.reason`.
 * @see https://platform.claude.com/docs/en/api/listing-message-batches
 */
export function listBatches(options?: ListBatchesOptions): AsyncGenerator<MessageBatch, void, void>;

/** The functions that send requests, with options set once. */
export interface Client extends CoreClient {
  /** Deletes many Message Batches: `deleteBatches`. */
  deleteBatches: typeof deleteBatches;
  /** Cancels many Message Batches: `cancelBatches`. */
  cancelBatches: typeof cancelBatches;
  /** Deletes the Message Batches that match: `purgeBatches`. Each call has its own selection. */
  purgeBatches: typeof purgeBatches;
  /** Lists Message Batches: `listBatches`. */
  listBatches: typeof listBatches;
}

/**
 * Makes a plain object of the functions, with options set once. The functions need no `this`.
 *
 * An option of a call replaces the default as a whole, `headers` and `betas` also; one that is `undefined` does not.
 * `apiKey` and `authToken` are one option here: a call that gives either replaces both. The defaults are read and
 * checked with each call: `createClient` does not throw; if one is not valid, each call rejects with `invalid_option`.
 * An option that only some functions take, such as `concurrency`, is an option of each call, as is the selection of a
 * purge. `createRelay` is not part of it, because a relay has options of its own.
 *
 * @param defaults - Options that every call takes; also an instance of a class with getters.
 * @example
 * const client = createClient({ apiKey, maxRetries: 5 });
 * await client.deleteBatches(ids, { concurrency: 16 });
 * await client.purgeBatches({ endedBefore: "30d" });
 */
export function createClient(defaults?: RequestOptions): Client;
