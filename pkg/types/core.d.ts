import type {
  DeleteBatchOptions,
  DeletedMessageBatch,
  MessageBatch,
  RequestOptions,
} from "./options.js";

export { ANTHROPIC_BETAS, type AnthropicBeta, type BatchErrorCode } from "../wasm/generated.js";
export { BatchError, isBatchError } from "./errors.js";
export type {
  AttemptInfo,
  DeleteBatchOptions,
  DeletedMessageBatch,
  MessageBatch,
  RequestOptions,
} from "./options.js";

/**
 * Deletes one Message Batch: its requests and its results.
 *
 * A batch can be deleted once it has ended. Before, the call fails with `still_processing`, unless
 * `ifProcessing` is `"wait"` or `"cancel"`.
 *
 * @param id - The batch's id, such as `msgbatch_013Zva2CMHLNnXjNJJKqJ2EF`.
 * @param options - The credential, the base URL, time limits, retries.
 * @returns The object that the API sent. If a response is lost and the retry gets a 404, the batch
 * counts as deleted.
 * @throws {@link BatchError}; after an abort, the signal's reason.
 * @see https://platform.claude.com/docs/en/api/deleting-message-batches
 */
export function deleteBatch(id: string, options?: DeleteBatchOptions): Promise<DeletedMessageBatch>;

/**
 * Retrieves one Message Batch; `processing_status` is its state.
 *
 * @param id - The batch's id.
 * @param options - The credential, the base URL, time limits, retries.
 * @see https://platform.claude.com/docs/en/api/retrieving-message-batches
 */
export function retrieveBatch(id: string, options?: RequestOptions): Promise<MessageBatch>;

/**
 * Cancels one Message Batch that is in progress. It is `canceling` at first and `ended` some time
 * later; requests that were already running may still succeed.
 *
 * @param id - The batch's id.
 * @param options - The credential, the base URL, time limits, retries.
 * @see https://platform.claude.com/docs/en/api/canceling-message-batches
 */
export function cancelBatch(id: string, options?: RequestOptions): Promise<MessageBatch>;

/** The functions of `./core` with options set once. */
export interface CoreClient {
  /** Deletes one Message Batch: `deleteBatch`. */
  deleteBatch: typeof deleteBatch;
  /** Retrieves one Message Batch: `retrieveBatch`. */
  retrieveBatch: typeof retrieveBatch;
  /** Cancels one Message Batch: `cancelBatch`. */
  cancelBatch: typeof cancelBatch;
}

/**
 * Makes a plain object of the functions, with options set once. The functions need no `this`.
 *
 * An option of a call replaces the default as a whole, `headers` and `betas` also; one that is `undefined` does not.
 * `apiKey` and `authToken` are one option here: a call that gives either replaces both. The defaults are read and
 * checked with each call: `createClient` does not throw; if one is not valid, each call rejects with `invalid_option`.
 *
 * @param defaults - Options that every call takes; also an instance of a class with getters.
 * @example
 * const client = createClient({ apiKey, baseURL: "https://gateway.example/anthropic", maxRetries: 5 });
 * await client.deleteBatch(id, { timeout: 10_000 });
 */
export function createClient(defaults?: RequestOptions): CoreClient;
