// One Worker: the page, the relay that holds its key, and retention by a Durable Object.
// Its configuration is wrangler.jsonc, a copy of wrangler.sample.jsonc; docs/worker.md describes it.

import { baseUrlOf, readConfiguration } from "./configuration.js";
import { health, metrics } from "./health.js";
import { holds } from "./holds/routes.js";
import { hasAccess } from "./operators.js";
import { isForeign } from "./origin.js";
import { page, withHeaders } from "./page.js";
import { writeDays } from "./record/files.js";
import { note, OWN, recordOf } from "./record/notes.js";
import { ledger } from "./record/routes.js";
import { relay } from "./relay.js";
import { json } from "./responses.js";
import { alert, log } from "./retention/alert.js";
import { retention } from "./retention/routes.js";
import { may } from "./roles.js";
import { admit, hasSessions, signIn, signOut, whyClosed } from "./sign-in.js";

export { Guesses } from "./guesses.js";
export { Retention } from "./retention/object.js";

/** The files that the sign-in page uses. */
const PUBLIC = ["/page.css", "/sign-in.js", "/icon.svg"];

/** Behind the relay unless ANTHROPIC_BASE_URL says otherwise. */
const API = "https://api.anthropic.com";

/** True after this instance of the Worker has logged the problems of its configuration. */
let isChecked = false;

export default {
  async fetch(request, env, context) {
    if (!isChecked) check(env);
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/api/")) return relay(request, env, context);
    return withHeaders(await response(request, env, pathname));
  },

  async scheduled({ cron }, env) {
    const { workspaces, problems, alertUrl } = check(env);
    if (problems.length > 0) {
      const head = await recordOf(env).head();
      await alert(alertUrl, { event: "configuration.problem", problems, head });
      return;
    }
    const runs = workspaces.map(({ name }) =>
      env.RETENTION.get(env.RETENTION.idFromName(name)).cron(name, cron),
    );
    // If one workspace fails, the others run nevertheless.
    for (const { reason } of await Promise.allSettled(runs)) {
      if (reason) log("retention.failed", { message: reason.message });
    }
    // Afterwards, so that a bucket that does not respond keeps no batch from being deleted.
    const names = new Set([...workspaces.map(({ name }) => name), OWN]);
    await Promise.all([...names].map((name) => keepRecord(env, name)));
  },
};

/** Writes the files of a record, and removes old entries, which the files have then. */
async function keepRecord(env, name) {
  const { alertUrl, ledgerDays } = readConfiguration(env);
  try {
    await writeDays(env, name);
    await recordOf(env, name).keepRecord(name, ledgerDays);
  } catch ({ message }) {
    const event = { event: "record.failed", workspace: name, message };
    log(event.event, event);
    await alert(alertUrl, event);
  }
}

/** Reads the configuration, and logs its problems. */
function check(env) {
  isChecked = true;
  const configuration = readConfiguration(env);
  const { problems } = configuration;
  if (problems.length > 0) log("configuration.problem", { problems });
  return configuration;
}

async function response(request, env, pathname) {
  // A monitor learns that no operator can sign in.
  if (!env.OPEN_AT && pathname === "/health") return health(request, env);
  if (!env.OPEN_AT && pathname === "/metrics") return metrics(request, env);
  const closed = whyClosed(request, env);
  if (closed) return closed;
  if (isForeign(request)) return refusal(403, "This is for its own page only.");
  const route = `${request.method} ${pathname}`;
  if (pathname === "/sign-in") return signIn(request, env);
  if (route === "POST /sign-out") {
    const { operator } = hasSessions(env) ? await admit(request, env) : {};
    if (operator) await note(env, { event: "sign_out", actor: operator });
    return signOut(request, env);
  }
  if (!PUBLIC.includes(pathname)) {
    const { operator, role, refusal: refused } = await admit(request, env);
    if (refused) return refused;
    if (operator === undefined) {
      return page(request, env, hasAccess(env) ? "/sign-in-access" : "/sign-in", 401);
    }
    if (pathname === "/health") return health(request, env);
    if (pathname === "/metrics") return metrics(request, env);
    if (!may(role, "delete") && !["GET", "HEAD"].includes(request.method)) {
      return json(403, { message: "Your role is read: it starts and stops nothing." });
    }
    const owned =
      (await ledger(request, env)) ??
      (await holds(request, env, { operator, role })) ??
      (await retention(request, env, operator));
    if (owned) return owned;
    if (route === "GET /config")
      return Response.json(configOfPage(request, env, { operator, role }));
  }
  if (!["GET", "HEAD"].includes(request.method)) return refusal(405, "GET or HEAD only.");
  return page(request, env, pathname);
}

/** Returns the facts of this Worker that the page shows, such as its workspace and the host of the API. */
function configOfPage(request, env, { operator, role }) {
  const { workspaces, relayProblems } = readConfiguration(env);
  const wanted = new URL(request.url).searchParams.get("workspace");
  const names = workspaces.length > 0 ? workspaces.map(({ name }) => name) : ["default"];
  const workspace = names.includes(wanted ?? names[0]) ? (wanted ?? names[0]) : null;
  return {
    live: env.DEMO !== "emulator",
    operator,
    role,
    signOut: hasSessions(env),
    workspace,
    host: relayProblems.length > 0 ? null : new URL(baseUrlOf(env) ?? API).host,
  };
}

const refusal = (status, text) => new Response(`${text}\n`, { status });
