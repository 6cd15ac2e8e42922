// One Worker: the page, the relay that holds its key, and retention by cron and queue.
// What it is configured by is in wrangler.jsonc; docs/worker.md explains it.

import { createRelay } from "delete-message-batch";
import { api } from "./api.js";
import { isForeign } from "./origin.js";
import { page, withHeaders } from "./page.js";
import { deleteQueued, retentionDays, sweep, whatIsOld } from "./retention.js";
import { isSignedIn, signIn, whyClosed } from "./sign-in.js";

/** What the sign-in page looks like. */
const PUBLIC = ["/style.css", "/controls.css"];

let relay;

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/api/")) {
      relay ??= createRelay({
        ...api(env),
        basePath: "/api",
        authorize: (request) => isSignedIn(request, env),
      });
      return relay(request);
    }
    return withHeaders(await response(request, env, pathname));
  },

  async scheduled(_event, env) {
    if (retentionDays(env)) await sweep(env);
  },

  queue: deleteQueued,
};

async function response(request, env, pathname) {
  const closed = whyClosed(request, env);
  if (closed) return closed;
  if (isForeign(request)) return words(403, "This is for its own page only.");
  if (pathname === "/sign-in") return signIn(request, env);
  if (!PUBLIC.includes(pathname) && !(await isSignedIn(request, env))) {
    return page(request, env, "/sign-in", 401);
  }
  switch (`${request.method} ${pathname}`) {
    case "GET /config":
      return Response.json({ live: env.DEMO !== "emulator", retentionDays: retentionDays(env) });
    case "GET /retention":
      return whatIsOld(env).then(Response.json, failed);
    case "POST /retention":
      return sweep(env).then(Response.json, failed);
  }
  if (!["GET", "HEAD"].includes(request.method)) return words(405, "GET or HEAD only.");
  return page(request, env, pathname);
}

/** The API's own words, which hold no key. */
function failed({ message }) {
  return Response.json({ message }, { status: 500 });
}

function words(status, text) {
  return new Response(`${text}\n`, { status });
}
