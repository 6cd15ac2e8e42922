// The relay: one for each workspace, with the key of that workspace. /api is the first workspace's,
// /api/workspaces/NAME the one of that name.

import { createRelay } from "delete-message-batch";
import { baseUrlOf, readConfiguration, relayWorkspace } from "./configuration.js";
import { RelayRecord } from "./record/notes.js";
import { refusalOfRelay } from "./responses.js";
import { may } from "./roles.js";
import { admit } from "./sign-in.js";

const NAMED = /^(\/api\/workspaces\/([^/]+))\//;

/** Relays by their base path. */
const relays = new Map();
const record = new RelayRecord();

/** Responds to a request below /api/. */
export async function relay(request, env, context) {
  const { relayProblems } = readConfiguration(env);
  if (relayProblems.length > 0) return refusalOfRelay(503, "api_error", relayProblems.join("; "));
  const { pathname } = new URL(request.url);
  const [, basePath = "/api", name] = NAMED.exec(pathname) ?? [];
  const workspace = relayWorkspace(env, name);
  if (!workspace) {
    const { operator, refusal: refused } = await admit(request, env);
    if (!operator) return refused ?? refusalOfRelay(403, "permission_error", "Sign in first.");
    return refusalOfRelay(404, "not_found_error", "There is no workspace of that name.");
  }
  if (!relays.has(basePath)) relays.set(basePath, open(env, basePath, workspace));
  const settled = relays
    .get(basePath)(request)
    .then((sent) => record.settle(request, sent));
  // Also if the page leaves: the outcome belongs to the record.
  context.waitUntil(settled);
  return settled;
}

const open = (env, basePath, { name, credential }) =>
  createRelay({
    ...credential,
    baseURL: baseUrlOf(env),
    basePath,
    authorize: (request) => authorize(request, env, name),
  });

/** Returns whether the relay may forward a request, or the response that says why it may not. */
async function authorize(request, env, workspace) {
  const { operator, role, refusal: refused } = await admit(request, env);
  if (!operator) return refused ?? false;
  if (request.method === "GET") return true;
  if (!may(role, "delete")) {
    return refusalOfRelay(
      403,
      "permission_error",
      "Your role is read: it neither deletes nor cancels.",
    );
  }
  const id = new URL(request.url).pathname.split("/").at(-1);
  if (request.method === "DELETE" && readConfiguration(env).hold(id)) {
    return refusalOfRelay(
      423,
      "permission_error",
      `${id} is on hold (HOLD): it must not be deleted.`,
    );
  }
  return record.attempt(request, env, workspace, env.OPEN_AT ? "page" : operator);
}
