import type { Request, Response } from "./globals.js";
import type { RequestOptions } from "./options.js";

/** Options of `createRelay`. */
export interface RelayOptions
  extends Pick<
    RequestOptions,
    "apiKey" | "authToken" | "workspaceId" | "anthropicVersion" | "headers" | "fetch"
  > {
  /**
   * Decides whether a page may use the relay, from cookies or headers of the page's request. It is
   * called once for each request that the relay serves, before anything is sent. `true` forwards the
   * request; `false` responds with 403; a `Response`, such as one that demands a sign-in, is sent.
   * Any other value, and a throw, responds with 500 without detail.
   * @default none: it is required
   * @example
   * const relay = createRelay({
   *   authorize: async (request) => {
   *     const user = await sessionOf(request);
   *     return user ? user.mayDelete : new Response("Sign in first", { status: 401 });
   *   },
   * });
   */
  authorize: (request: Request) => boolean | Response | Promise<boolean | Response>;
  /**
   * Origins whose pages may use the relay, besides the relay's own, such as
   * `["https://app.example"]`, `"chrome-extension://…"` or `"capacitor://localhost"`. They are
   * compared literally: patterns have no effect. Requests of pages of every other origin are refused; the refusal, and
   * `onError`, name both origins.
   * @default none
   * @example const relay = createRelay({ authorize, allowedOrigins: ["https://app.example"] });
   */
  allowedOrigins?: readonly string[] | undefined;
  /**
   * The relay's own origin as browsers see it. If it is given, a page of any other origin is refused, whatever `Host`
   * says: give it behind a proxy that changes `Host`, and if the relay is protected by its network alone, because a
   * page can make its own host name lead there (DNS rebinding).
   * @default the origin of `request.url`, or one whose host is that of `Host` or `X-Forwarded-Host`
   * @example const relay = createRelay({ authorize, publicOrigin: "https://app.example" });
   */
  publicOrigin?: string | undefined;
  /**
   * The path that the relay is mounted at, such as `"/api"`: the page's `baseURL`.
   * @default ""
   * @example const relay = createRelay({ authorize, basePath: "/api" });
   */
  basePath?: string | undefined;
  /**
   * The operations of a page. Creating batches and reading results never goes through a relay.
   * @default all four: `authorize` decides which visitor may delete
   * @example const relay = createRelay({ authorize, allow: ["list", "retrieve"] });
   */
  allow?: readonly ("list" | "retrieve" | "cancel" | "delete")[] | undefined;
  /**
   * Workspaces that a page may choose by `workspaceId`. A request for any other is refused.
   * @default none
   * @example
   * const relay = createRelay({ authorize, allowedWorkspaces: ["wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ"] });
   */
  allowedWorkspaces?: readonly string[] | undefined;
  /**
   * The URL of the API: an absolute http or https URL.
   * @default `process.env.ANTHROPIC_BASE_URL`, else `https://api.anthropic.com`
   * @example const relay = createRelay({ authorize, baseURL: "https://gateway.example/anthropic" });
   */
  baseURL?: string | null | undefined;
  /**
   * The limit in milliseconds on each of `authorize`, a function for the credential, and the API's response
   * until it begins (an error: until it ends). After it, the page gets 504.
   * @default 60000
   * @example const relay = createRelay({ authorize, timeout: 10_000 });
   */
  timeout?: number | undefined;
  /**
   * Receives the reason of each 500, 502 or 504 that a page gets without detail: options that
   * are not valid (at once, at `createRelay`), an error of `authorize`, an API that can't be reached;
   * and each refusal of a foreign origin. An error that it throws changes nothing.
   * @default console.error
   * @example const relay = createRelay({ authorize, onError: (error) => logger.error(error) });
   */
  onError?: ((error: unknown) => void) | undefined;
}

/** The function that `createRelay` makes: from a page's request to its response. It never rejects. */
export type Relay = (request: Request) => Promise<Response>;

/**
 * Makes a relay: it lets a page list, retrieve, cancel and delete batches through a server that
 * holds the key. Mount its function wherever requests are `Request`s: Cloudflare Workers, Vercel
 * Edge, Deno, Bun, a route handler. The page passes the relay's path or URL as `baseURL`, and no
 * key.
 *
 * The forwarded request is made anew from checked parts: the batch's id, the known query parameters,
 * beta flags, and a workspace that is allowed. Cookies, credentials and every other header of the
 * page are dropped. A request with a body is refused; a DELETE's body in chunks is discarded. The response's
 * status, body and the headers that a client acts on are passed on; a success as it arrives, an error once it is whole
 * (up to 1 MiB), because a gateway may echo the key in one. The relay never retries, because the page's client does: retries
 * on both sides would multiply.
 *
 * The options are checked at the first request. If one is not valid, every request gets
 * 500, and `onError` receives the reason. The relay's own errors are in the API's envelope, and carry
 * `x-should-retry: false` if a retry would fail as well.
 *
 * @param options - The check of a page's user, and the relay's own credential.
 * @example
 * const relay = createRelay({ apiKey, basePath: "/api", authorize: isSignedIn });
 * export default { fetch: (request: Request) => relay(request) };
 */
export function createRelay(options: RelayOptions): Relay;
