import type { BatchErrorCode } from "../wasm/generated.js";
import type { Headers } from "./globals.js";
import type { DeletionReport } from "./jobs.js";

/**
 * The error that every function of this package rejects with. An abort is the exception: it rejects
 * with the signal's own reason. `message` is one sentence that has the call, the status, the API's
 * own message and the request's id. No part of an error holds a credential.
 */
export class BatchError extends Error {
  private constructor();

  readonly name: "BatchError";
  /**
   * The kind of failure, as a stable code: decide on this.
   * - `invalid_option`: an argument or an option is not valid; nothing was sent.
   * - `missing_credentials`: no API key and no auth token was found; nothing was sent.
   * - `browser_not_allowed`: a key was given in a browser page without `dangerouslyAllowBrowser`; nothing was sent.
   * - `connection`: no response came: refused, reset, DNS, or the response broke off; `cause` holds a copy of the error of fetch.
   * - `timeout`: no whole response came within `timeout`, or the call did not end within `totalTimeout`.
   * - `bad_request`: the API responded with 400.
   * - `authentication`: the API responded with 401.
   * - `permission`: the API responded with 403.
   * - `not_found`: the API responded with 404 in its own error envelope: there is no such batch.
   * - `conflict`: the API responded with 409.
   * - `still_processing`: the batch has not ended, so it can't be deleted yet; see `ifProcessing`.
   * - `rate_limit`: the API responded with 429; `retryAfterMs` says when to try again, if the API did.
   * - `server`: the API responded with 500 or above.
   * - `redirect`: the response was a redirect, which is never followed, because it would take the key to another server.
   * - `http`: any other status, among them a 404 that is not the API's own: from an ingress, a proxy, a wrong path.
   * - `invalid_response`: a success status, but not the response to this call.
   * - `internal`: `message` says why the package's WebAssembly can't be loaded; any other message is a fault in this package: please report it.
   * @example
   * const error = await deleteBatch(id).catch((error) => error);
   * if (isBatchError(error) && error.code === "still_processing") console.log("later");
   */
  readonly code: BatchErrorCode;
  /**
   * The option or argument that is not valid, with `invalid_option`: `"apiKey"`, `"headers"`, `"id"`; `"options"` for
   * a name that is not an option, and for a purge that selects nothing; or the environment variable that the value
   * came from.
   * @example
   * const error = await deleteBatch(input.value).catch((error) => error);
   * if (isBatchError(error) && error.option === "id") input.setCustomValidity(error.message);
   */
  readonly option?: string;
  /**
   * True if the same call may succeed later: for the failures that a call retries by itself (connection errors,
   * timeouts, 408, 409, 429, 500 and above, and as `x-should-retry` says), for `still_processing`, and if the
   * function for the key failed. Then schedule another call, after `retryAfterMs` if it is set. False for all others:
   * change the call, the key or the network first. A spend limit is a 402 (false), or a 429 without
   * `retry-after`, which no field distinguishes from a passing one: limit the calls that you schedule.
   * @example
   * const error = await deleteBatch(id).catch((error) => error);
   * if (isBatchError(error) && error.retryable) setTimeout(() => deleteBatch(id), error.retryAfterMs ?? 60_000);
   */
  readonly retryable: boolean;
  /**
   * True if the server may have performed the deletion or the cancelation, although the call failed: the
   * response to an attempt was lost: the connection broke, the time was up, 500 or above, or a success status
   * without the response to this call. Also true for a failure after the cancelation of `ifProcessing: "cancel"`,
   * and for a job that has deleted or canceled a batch. Then call again, with `ifMissing: "ignore"`, or retrieve the batch.
   * False: the call changed nothing. It is always false for requests that only read.
   *
   * A connection that was never made (`ECONNREFUSED`, `ENOTFOUND`) counts as false in Node, Deno and Bun; a browser
   * and workerd can't distinguish it from one that broke, so there it is true.
   * @example
   * const error = await deleteBatch(id).catch((error) => error);
   * if (isBatchError(error) && error.maybeApplied) await deleteBatch(id, { ifMissing: "ignore" });
   */
  readonly maybeApplied: boolean;
  /** The number of times that the last request was sent; 0 if nothing was sent. */
  readonly attempts: number;
  /** The HTTP status, if a response arrived. */
  readonly status?: number;
  /** The API's `error.type`, such as `"not_found_error"`, if the response has one. */
  readonly type?: string;
  /** The API's `error.details.error_code`, if the response has one: it names the cause exactly. */
  readonly errorCode?: string;
  /** The request's id, for Anthropic's support, if the response has one. */
  readonly requestId?: string;
  /** The `retry-after` of the response, in milliseconds, if it has one. */
  readonly retryAfterMs?: number;
  /** The response's headers, if a response arrived. Not enumerable. */
  readonly headers?: Headers;
  /**
   * The response's body, if there is one: parsed if it is JSON, else the beginning of the string.
   * Not enumerable if `type` is set, because `message` then contains the API's message.
   */
  readonly body?: unknown;
  /**
   * The error of `fetch`, or of a function that was passed as an option: a copy of its name,
   * message, code and cause, because the original may hold the request, and with it the key.
   */
  readonly cause?: unknown;
  /** The report of a job that ended early by this error. Not enumerable. */
  readonly report?: DeletionReport;
  /** Returns everything above except the stack, as plain data, for logs. */
  toJSON(): Record<string, unknown>;
}

/**
 * Returns whether a value is a `BatchError`. Unlike `instanceof`, it also recognizes errors from another
 * realm (an iframe, a vm context) and from another copy of this package.
 */
export function isBatchError(value: unknown): value is BatchError;
