// Holds over HTTP, in JSON. docs/worker.md describes each route.

import { readBody } from "../body.js";
import { readConfiguration } from "../configuration.js";
import { OWN, recordOf } from "../record/notes.js";
import { json, refusal } from "../responses.js";
import { log } from "../retention/alert.js";
import { may } from "../roles.js";
import { parsed } from "../variables.js";
import { MOST_HOLDS } from "./holds.js";
import { isPattern } from "./pattern.js";

const MOST_BYTES = 4_096;
/** In characters. */
const LONGEST_REASON = 500;
const PATHS = { "/holds": "placeHold", "/holds/release": "releaseHold" };
/** The status of each result of the object, with the message of a failure. */
const RESULTS = {
  placed: [201],
  released: [200],
  known: [409, "There is such a hold already."],
  full: [409, `There are ${MOST_HOLDS} holds, which is the most.`],
  unknown: [404, "No operator has placed such a hold."],
};

/** @returns {Promise<Response | undefined>} `undefined` if the path is not one of these */
export async function holds(request, env, { operator, role }) {
  const { pathname, searchParams } = new URL(request.url);
  const change = PATHS[pathname];
  if (!change) return undefined;
  const { workspaces, held } = readConfiguration(env);
  const names = workspaces.length > 0 ? workspaces.map(({ name }) => name) : [OWN];
  const name = searchParams.get("workspace") ?? names[0];
  if (!names.includes(name)) return refusal(404, `There is no workspace "${name}".`);
  const object = recordOf(env, name);
  if (pathname === "/holds" && request.method === "GET") {
    return json(200, { workspace: name, holds: await object.listHolds(), variable: held });
  }
  if (request.method !== "POST") return refusal(405, "GET and POST only.");
  if (!may(role, "configure")) {
    return refusal(403, `Your role is ${role}: it places and releases no hold.`);
  }
  const body = await readBody(request, MOST_BYTES);
  if (body === undefined) return refusal(413, `The body is longer than ${MOST_BYTES} bytes.`);
  const { pattern, reason, ...rest } = objectOf(parsed(body));
  if (!isPattern(pattern) || Object.keys(rest).length > 0) {
    const form = 'an id, or the beginning of ids such as "msgbatch_01*"';
    return refusal(400, `The body must be JSON: { pattern, reason }; pattern is ${form}.`);
  }
  const why = typeof reason === "string" ? reason.trim() : "";
  if (why === "" || why.length > LONGEST_REASON) {
    return refusal(400, `reason must be a string of 1 to ${LONGEST_REASON} characters.`);
  }
  try {
    const result = await object[change]({ pattern, reason: why, actor: operator });
    const [status, message] = RESULTS[result];
    return message ? refusal(status, message) : json(status, { holds: await object.listHolds() });
  } catch (error) {
    log("record.failed", { event: change, pattern, message: error.message });
    return refusal(503, "The record can't be written, so the holds are as they were.");
  }
}

const objectOf = (value) => (typeof value === "object" && value !== null ? value : {});
