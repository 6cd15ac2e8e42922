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

export { BatchError, isBatchError } from "./errors.js";
export {
  ANTHROPIC_BETAS,
  type AnthropicBeta,
  type AttemptInfo,
  type BatchErrorCode,
  cancelBatch,
  createRelay,
  type DeleteBatchOptions,
  type DeletedMessageBatch,
  deleteBatch,
  type MessageBatch,
  type Relay,
  type RelayOptions,
  type RequestOptions,
  retrieveBatch,
} from "./wasm/delete_message_batch.js";
