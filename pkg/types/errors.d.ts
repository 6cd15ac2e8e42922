import type { BatchErrorCode } from "../wasm/generated.js";
import type { DeletionReport } from "./jobs.js";

/**
 * The error that every function of this package rejects with, except for an abort, which rejects
 * with the signal's own reason. `message` is one sentence that has the call, the status, the API's
 * own message and the request's id. No part of an error ever holds a credential.
 */
export class BatchError extends Error {
  private constructor();

  readonly name: "BatchError";
  /** The kind of failure, as a stable code: decide on this. */
  readonly code: BatchErrorCode;
  /** How often the last request was sent; 0 if nothing was sent. */
  readonly attempts: number;
  /** The HTTP status, where a response came. */
  readonly status?: number;
  /** The API's `error.type`, such as `"not_found_error"`, where the response has one. */
  readonly type?: string;
  /** The API's `error.details.error_code`, where the response has one: it names the cause exactly. */
  readonly errorCode?: string;
  /** The request's id, for Anthropic's support, where the response has one. */
  readonly requestId?: string;
  /** The `retry-after` of the response: before the next try, in milliseconds, where it did. */
  readonly retryAfterMs?: number;
  /** The response's headers, where a response came. Not enumerable. */
  readonly headers?: Headers;
  /**
   * The response's body, where there is one: parsed if it is JSON, else the beginning of its text.
   * Not enumerable where `type` is there, because `message` has the API's own already.
   */
  readonly body?: unknown;
  /**
   * The error of `fetch`, or of a function that was passed as an option: a copy of its name,
   * message, code and cause, because the original may hold the request, and with it the key.
   */
  readonly cause?: unknown;
  /** Of `deleteBatches` and `purgeBatches` that ended early: how far they came. Not enumerable. */
  readonly report?: DeletionReport;
  /** Everything above but the stack, as plain data, for logs. */
  toJSON(): Record<string, unknown>;
}

/**
 * Whether a value is a `BatchError`. Unlike `instanceof`, it also recognizes errors from another
 * realm (an iframe, a vm context) and from another copy of this package.
 */
export function isBatchError(value: unknown): value is BatchError;
