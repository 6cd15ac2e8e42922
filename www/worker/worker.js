// One Worker: the page, the relay that holds its key, and retention by a Durable Object.
// Its configuration is wrangler.jsonc; docs/worker.md describes it.

import { createRelay } from "delete-message-batch";
import { baseUrlOf, defaultCredential, holdsSecret, readConfiguration } from "./configuration.js";
import { isForeign } from "./origin.js";
import { page, withHeaders } from "./page.js";
import { alert, log } from "./retention/alert.js";
import { retention } from "./retention/routes.js";
import { hasSessions, operatorOf, signIn, signOut, whyClosed } from "./sign-in.js";

export { Guesses } from "./guesses.js";
export { Retention } from "./retention/object.js";

/** The files that the sign-in page uses. */
const PUBLIC = ["/style.css", "/controls.css", "/sign-in.js", "/icon.svg"];

let relay;

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/api/")) {
      try {
        relay ??= openRelay(env);
      } catch ({ message }) {
        return Response.json(
          { type: "error", error: { type: "api_error", message } },
          { status: 503 },
        );
      }
      return relay(request);
    }
    return withHeaders(await response(request, env, pathname));
  },

  async scheduled({ cron }, env) {
    const { workspaces, problems, alertUrl } = readConfiguration(env);
    if (problems.length > 0) {
      log("configuration.problem", { problems });
      await alert(alertUrl, { event: "configuration.problem", problems });
      return;
    }
    const runs = workspaces.map(({ name }) =>
      env.RETENTION.get(env.RETENTION.idFromName(name)).cron(name, cron),
    );
    // The failure of one workspace is no reason to leave out another.
    for (const { reason } of await Promise.allSettled(runs)) {
      if (reason) log("retention.failed", { message: reason.message });
    }
  },
};

function openRelay(env) {
  // Its own errors would show the value, to every client.
  if (holdsSecret(env.ANTHROPIC_BASE_URL, env)) {
    throw new Error("ANTHROPIC_BASE_URL has a credential in it");
  }
  return createRelay({
    ...defaultCredential(env),
    baseURL: baseUrlOf(env),
    basePath: "/api",
    authorize: async (request) => (await operatorOf(request, env)) !== undefined,
  });
}

async function response(request, env, pathname) {
  const closed = whyClosed(request, env);
  if (closed) return closed;
  if (isForeign(request)) return refusal(403, "This is for its own page only.");
  const route = `${request.method} ${pathname}`;
  if (pathname === "/sign-in") return signIn(request, env);
  if (route === "POST /sign-out") return signOut(env);
  if (!PUBLIC.includes(pathname)) {
    const operator = await operatorOf(request, env);
    if (operator === undefined) return page(request, env, "/sign-in", 401);
    const ofRetention = await retention(request, env, operator);
    if (ofRetention) return ofRetention;
    if (route === "GET /config") {
      const live = env.DEMO !== "emulator";
      return Response.json({ live, operator, signOut: hasSessions(env) });
    }
  }
  if (!["GET", "HEAD"].includes(request.method)) return refusal(405, "GET or HEAD only.");
  return page(request, env, pathname);
}

const refusal = (status, text) => new Response(`${text}\n`, { status });
