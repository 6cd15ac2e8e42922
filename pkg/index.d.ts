/**
 * Deletes Claude Message Batches, wherever JavaScript runs.
 *
 * The package is Rust, compiled to one WebAssembly file. How it is loaded is decided by the
 * `exports` of package.json, one file of `entry/` for each way; nothing has to be initialized. The
 * other ways, and why they are not taken:
 *
 * - An `init()` to be called first: every user forgets it once, and libraries can't call it.
 * - Top-level `await`: it breaks `require()` in Node, service workers, and several bundlers.
 * - `import ... from "./x.wasm"` everywhere: browsers refuse it, Vite needs a plugin, webpack a
 *   flag, Node a newer version. Only in Cloudflare Workers and Vercel's edge runtime is it the
 *   way, because bytes can't be compiled there.
 * - `new URL("./x.wasm", import.meta.url)` everywhere: esbuild does not copy the file, Vite's
 *   development server moves the script away from it, and Deno needs `--allow-read`. It is there
 *   as `delete-message-batch/url`, for pages that count bytes.
 * - One glue for each of wasm-bindgen's targets: `bundler`, `module`, `nodejs` and `deno` each fail
 *   somewhere, and two copies of the glue would be two instances of the wasm.
 *
 * @packageDocumentation
 */

import type { ListBatchesOptions, MessageBatch } from "./wasm/delete_message_batch.js";

export { BatchError, isBatchError } from "./errors.js";
export {
  ANTHROPIC_BETAS,
  type AnthropicBeta,
  type AttemptInfo,
  type BatchErrorCode,
  type BatchSelection,
  cancelBatch,
  createRelay,
  type DeleteBatchesOptions,
  type DeleteBatchOptions,
  type DeletedMessageBatch,
  type DeletionOutcome,
  type DeletionReport,
  deleteBatch,
  deleteBatches,
  type ListBatchesOptions,
  type MessageBatch,
  type Progress,
  type PurgeBatchesOptions,
  purgeBatches,
  type Relay,
  type RelayOptions,
  type RequestOptions,
  retrieveBatch,
} from "./wasm/delete_message_batch.js";

/**
 * Lists Message Batches, newest first: an async iterable over all pages, each fetched when its
 * first batch is asked for. Whoever breaks out of the loop stops the fetching. A batch may be
 * deleted as soon as it was listed: the list goes on.
 *
 * @param options - Which batches; who asks, where, how patiently. `timeout` and `totalTimeout` are
 * for the fetching of one page. `status`, `createdBefore` and `endedBefore` are applied here, not by
 * the API: it lists everything.
 * @throws {@link BatchError}; what `filter` threw; `signal.reason`.
 * @see https://platform.claude.com/docs/en/api/listing-message-batches
 */
export function listBatches(options?: ListBatchesOptions): AsyncGenerator<MessageBatch, void, void>;
