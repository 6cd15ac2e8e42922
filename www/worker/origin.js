// Whether a page of another site sent a request: browsers say so in one header or the other.

export function isForeign(request) {
  const origin = request.headers.get("origin");
  if (origin !== null) return origin !== new URL(request.url).origin;
  // "none": the address was typed, or is a bookmark.
  const site = request.headers.get("sec-fetch-site") ?? "none";
  if (["same-origin", "none"].includes(site)) return false;
  // A link to the page is no request that does anything.
  return request.method !== "GET" || request.headers.get("sec-fetch-mode") !== "navigate";
}
