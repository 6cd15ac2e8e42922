// The page's files, and the headers that they come with.

const HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    // Permits the compilation of the wasm, but not `eval`.
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    // The form of the sign-in page.
    "form-action 'self'",
    "frame-ancestors 'none'",
    // Only the templates of lit become HTML. No script can make a second policy, and there is no default policy.
    "require-trusted-types-for 'script'",
    "trusted-types lit-html",
  ].join("; "),
  // A year. Over plain http, as on one's own machine, browsers ignore it.
  "strict-transport-security": "max-age=31536000",
  "cache-control": "no-cache",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  // Without a referrer, the sign-in form's request would have the origin "null".
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

/** A file of the page, with `status` instead of 200. */
export async function page(request, env, pathname, status) {
  const { method, headers } = request;
  const file = await env.ASSETS.fetch(new URL(pathname, request.url), {
    method: method === "HEAD" ? "HEAD" : "GET",
    // Without the request's conditions: a 304 would be about the requested page, not about this one.
    headers: status ? {} : headers,
    redirect: "manual",
  });
  // The assets redirect to a file's shorter address, which the page does not use.
  if (file.status >= 300 && file.status < 400 && file.status !== 304) {
    return new Response("There is nothing here.\n", { status: 404 });
  }
  return status ? new Response(file.body, { status, headers: file.headers }) : file;
}

export function withHeaders(response) {
  const result = new Response(response.body, response);
  const isUnstored = result.headers.get("cache-control") === "no-store";
  for (const [name, value] of Object.entries(HEADERS)) result.headers.set(name, value);
  if (isUnstored) result.headers.set("cache-control", "no-store");
  return result;
}
