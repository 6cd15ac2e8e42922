// Recognizes a request from a page of another site, which browsers mark in one of two headers.

export function isForeign(request) {
  const origin = request.headers.get("origin");
  if (origin !== null) return origin !== new URL(request.url).origin;
  // "none": the address was typed, or is a bookmark.
  const site = request.headers.get("sec-fetch-site") ?? "none";
  if (["same-origin", "none"].includes(site)) return false;
  // A link to the page navigates, and a navigation changes nothing.
  return request.method !== "GET" || request.headers.get("sec-fetch-mode") !== "navigate";
}
