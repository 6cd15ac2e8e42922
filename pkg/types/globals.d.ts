// The runtime's own types, from the declarations of the DOM, of Node or of Cloudflare. If a project has none of
// these, a type with the members that this package needs replaces each. Cloudflare's classes are not members of
// `globalThis`, but the members of its `Request` name them.

/** An `AbortSignal`. */
export type AbortSignal = typeof globalThis extends { AbortSignal: { prototype: infer Own } }
  ? Own
  : typeof globalThis extends { Request: { prototype: { signal: infer Own } } }
    ? Own
    : {
        readonly aborted: boolean;
        readonly reason: unknown;
        addEventListener(type: "abort", listener: () => void): void;
        removeEventListener(type: "abort", listener: () => void): void;
      };

/** A `Headers`. */
export type Headers = typeof globalThis extends { Headers: { prototype: infer Own } }
  ? Own
  : typeof globalThis extends { Request: { prototype: { headers: infer Own } } }
    ? Own
    : HeadersPart & Iterable<[string, string]>;

/** A `Request`. */
export type Request = typeof globalThis extends { Request: { prototype: infer Own } }
  ? Own
  : { readonly method: string; readonly url: string; readonly headers: Headers };

/** A `Response`. */
export type Response = typeof globalThis extends { Response: { prototype: infer Own } }
  ? Own
  : ResponsePart & { readonly ok: boolean; readonly headers: Headers; readonly body: unknown };

interface HeadersPart {
  get(name: string): string | null;
  forEach(callback: (value: string, name: string) => void): void;
}

/** The part of a response that is read: a `Response` of undici or of node-fetch is not the runtime's own. */
interface ResponsePart {
  readonly status: number;
  readonly headers: HeadersPart;
  text(): Promise<string>;
}

/** The second argument of a `fetch`. In Deno, Bun and workerd a DELETE also has a `body`, an empty stream. */
export interface FetchInit {
  method: "GET" | "POST" | "DELETE";
  redirect: "manual";
  cache?: "no-store";
  headers: Record<string, string>;
  signal: AbortSignal;
}

/** A `fetch`: the runtime's own, undici's, node-fetch's. */
export type FetchFunction = (input: string, init: FetchInit) => Promise<ResponsePart>;
