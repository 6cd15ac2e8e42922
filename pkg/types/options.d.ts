import type { AnthropicBeta } from "../wasm/generated.js";
import type { AbortSignal, FetchFunction, Headers } from "./globals.js";

/**
 * Options that every call takes. They have the names of the official TypeScript SDK.
 * All are checked before anything is sent; one that is not valid rejects with `invalid_option`.
 */
export interface RequestOptions {
  /**
   * The API key, sent as `x-api-key`, or a function that is called before each attempt, without its object.
   * `null` sends no credential at all: a relay or a gateway adds it.
   * In a page whose `baseURL` has the page's own origin, `null` is the default.
   * @default `process.env.ANTHROPIC_API_KEY`, if it is set
   * @example await deleteBatch(id, { apiKey: () => readSecret("anthropic") });
   */
  apiKey?: string | (() => string | Promise<string>) | null | undefined;
  /**
   * A token, sent as `Authorization: Bearer`, or a function that is called before each
   * attempt, without its object. `null` sends no credential at all. Not together with `apiKey`.
   * @default `process.env.ANTHROPIC_AUTH_TOKEN`, if it is set
   * @example await deleteBatch(id, { authToken: () => readSecret("gateway") });
   */
  authToken?: string | (() => string | Promise<string>) | null | undefined;
  /**
   * The URL of the API: an absolute http or https URL, or in a page a path such as `/api`. A path
   * prefix is kept; a query, a fragment, a user name or a password is refused.
   * @default `process.env.ANTHROPIC_BASE_URL`, else `https://api.anthropic.com`
   * @example await deleteBatch(id, { baseURL: "https://gateway.example/anthropic" });
   */
  baseURL?: string | null | undefined;
  /**
   * Beta flags. With at least one, the request carries `anthropic-beta` (in order, each flag
   * once) and `?beta=true`; without any, neither.
   * @default none
   * @example await deleteBatch(id, { betas: ["message-batches-2024-09-24"] });
   * @see https://platform.claude.com/docs/en/api/beta-headers
   */
  betas?: readonly AnthropicBeta[] | undefined;
  /**
   * The workspace, sent as `anthropic-workspace-id`.
   * @default none: the workspace of the key
   * @example await deleteBatch(id, { workspaceId: "wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ" });
   */
  workspaceId?: string | undefined;
  /**
   * The version of the API, sent as `anthropic-version`.
   * @default "2023-06-01"
   * @example await deleteBatch(id, { anthropicVersion: "2023-06-01" });
   * @see https://platform.claude.com/docs/en/api/versioning
   */
  anthropicVersion?: string | undefined;
  /**
   * The most retries after the first attempt: of connection errors, timeouts, 408, 409, 429 and 500
   * and above, unless the response's `x-should-retry` says otherwise. 0 for none.
   * @default 2
   * @example await deleteBatch(id, { maxRetries: 5 });
   * @see https://platform.claude.com/docs/en/api/errors
   */
  maxRetries?: number | undefined;
  /**
   * The longest `retry-after` to wait for, in milliseconds. A longer one is reported at once, as
   * the error's `retryAfterMs`, so that the caller can schedule the next try. From 0 to 2147483647.
   * @default 60000
   * @example await deleteBatch(id, { maxRetryDelay: 5_000 });
   */
  maxRetryDelay?: number | undefined;
  /**
   * The limit on one attempt, in milliseconds, from sending to the last byte of the response.
   * From 1 to 2147483647.
   * @default 60000
   * @example await deleteBatch(id, { timeout: 10_000 });
   */
  timeout?: number | undefined;
  /**
   * The limit on the whole call, in milliseconds, waiting and retries included. A retry that
   * could only start after it is not awaited: the call fails at once, with the last failure.
   * From 1 to 2147483647.
   * @default none
   * @example await deleteBatch(id, { ifProcessing: "wait", totalTimeout: 3_600_000 });
   */
  totalTimeout?: number | undefined;
  /**
   * Aborts the call at any moment, also while it waits. The promise then rejects with
   * `signal.reason`, whatever that is.
   * @default none
   * @example
   * const controller = new AbortController();
   * process.once("SIGTERM", () => controller.abort());
   * await deleteBatch(id, { signal: controller.signal });
   */
  signal?: AbortSignal | null | undefined;
  /**
   * Extra request headers, at most 1000. They replace a default of the same name; `null` removes it.
   * @default none
   * @example await deleteBatch(id, { headers: { "x-team": "retention" } });
   */
  headers?:
    | Readonly<Record<string, string | null | undefined>>
    | Iterable<readonly [string, string | null | undefined]>
    | Headers
    | undefined;
  /**
   * Used instead of the global `fetch`: a function, or an object with a `fetch` method, such as a Cloudflare
   * service binding. It is called with a string and an init whose `headers` are a plain object. A value that it throws
   * at once is a mistake, and handed on as it is; if its promise rejects, the attempt is lost.
   * @default the global `fetch`, as it is at each call
   * @example await deleteBatch(id, { fetch: env.API });
   */
  fetch?: FetchFunction | { readonly fetch: FetchFunction } | undefined;
  /**
   * Allows a credential in a browser page, where every visitor of the page can read it.
   * Without it, the call is refused with `browser_not_allowed` before anything is sent.
   * @default false
   * @example
   * // The key of the visitor, typed in by the visitor.
   * await deleteBatch(id, { apiKey: input.value, dangerouslyAllowBrowser: true });
   */
  dangerouslyAllowBrowser?: boolean | undefined;
  /**
   * Called after each attempt, for logs and metrics. An error that it throws changes nothing.
   * @default none
   * @example
   * await deleteBatch(id, {
   *   onAttempt: ({ attempt, status, delayMs }) => console.log({ attempt, status, delayMs }),
   * });
   */
  onAttempt?: ((attempt: AttemptInfo) => void) | undefined;
}

/** The argument of `onAttempt`, which is called after each attempt except an aborted one. */
export interface AttemptInfo {
  /** The id of the batch; absent if the request fetched a page of the list. */
  id?: string;
  /** The HTTP method. */
  method: "GET" | "POST" | "DELETE";
  /** The number of the attempt of this request, from 1. */
  attempt: number;
  /** The HTTP status, if a response arrived. */
  status?: number;
  /** The error, if there is one. */
  error?: import("./errors.js").BatchError;
  /** The request's id, if the response has one. */
  requestId?: string;
  /** The delay before the next attempt, in milliseconds; absent after the last. */
  delayMs?: number;
}

/** Options of `deleteBatch`. */
export interface DeleteBatchOptions extends RequestOptions {
  /**
   * The handling of a batch that has not ended: fail with `still_processing`, wait until it has
   * ended and then delete it, or cancel it first. A batch may take up to 24 hours: bound the
   * waiting with `totalTimeout` or `signal`.
   * @default "reject"
   * @example await deleteBatch(id, { ifProcessing: "cancel" });
   */
  ifProcessing?: "reject" | "wait" | "cancel" | undefined;
  /**
   * The handling of a batch that does not exist (404): fail with `not_found`, or count it as
   * deleted. In a page, prefer the latter: a browser may send a request again by itself if its
   * connection breaks, and the second one then gets a 404.
   * @default "reject"
   * @example await deleteBatch(id, { ifMissing: "ignore" });
   */
  ifMissing?: "reject" | "ignore" | undefined;
  /**
   * The first pause between two status checks of a batch that is waited for, in milliseconds. Each next
   * pause is 1.5 times the one before, up to 30 seconds. From 1 to 2147483647.
   * @default 2000
   * @example await deleteBatch(id, { ifProcessing: "wait", pollInterval: 10_000 });
   */
  pollInterval?: number | undefined;
}

/**
 * A batch that is gone.
 * @see https://platform.claude.com/docs/en/api/deleting-message-batches
 */
export interface DeletedMessageBatch {
  /** The batch's id. */
  id: string;
  /** Always this value. */
  type: "message_batch_deleted";
  /** The id of the request, for Anthropic's support. Not enumerable. */
  readonly _request_id?: string;
}

/**
 * A batch. Times are RFC 3339.
 * @see https://platform.claude.com/docs/en/api/retrieving-message-batches
 */
export interface MessageBatch {
  /** The batch's id. Its format and length may change. */
  id: string;
  /** Always this value. */
  type: "message_batch";
  /** The state of the batch; it can be deleted once it has `ended`. */
  processing_status: "in_progress" | "canceling" | "ended";
  /** The number of requests in each state. All except `processing` stay 0 until the batch has ended. */
  request_counts: {
    processing: number;
    succeeded: number;
    errored: number;
    canceled: number;
    expired: number;
  };
  /** The time of its creation. */
  created_at: string;
  /** The time at which it expires: 24 hours after its creation. */
  expires_at: string;
  /** The time of its end. */
  ended_at: string | null;
  /** The time at which its cancelation was requested. */
  cancel_initiated_at: string | null;
  /** The time at which its results stopped being available. */
  archived_at: string | null;
  /** The URL of its results, once it has ended. */
  results_url: string | null;
  /** The id of the request, for Anthropic's support. Not enumerable. */
  readonly _request_id?: string;
}
