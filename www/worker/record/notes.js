// Entries that the Worker itself writes: sign-ins, and deletions and cancelations through the relay.

import { readBody } from "../body.js";
import { refusalOfRelay } from "../responses.js";
import { log } from "../retention/alert.js";

/** The record of the Worker itself, which is also that of the only workspace. */
export const OWN = "default";
const ID = /\/messages\/batches\/([^/]+)/;
const EVENTS = { DELETE: "delete", POST: "cancel" };
/** In bytes. A deletion has 100. */
const MOST_BYTES = 65_536;
/** In characters. A gateway may send any error. */
const LONGEST_CODE = 64;

export const recordOf = (env, name = OWN) => env.RETENTION.get(env.RETENTION.idFromName(name));

/** Notes a sign-in or a sign-out. If the entry can't be written, the log has it, and the sign-in succeeds. */
export async function note(env, entry) {
  try {
    await recordOf(env).note(entry);
  } catch ({ message }) {
    log("record.failed", { ...entry, message });
  }
}

/** Records each deletion and cancelation of a relay: the attempt before it is sent, then the outcome. */
export class RelayRecord {
  #attempts = new WeakMap();

  /**
   * Writes the attempt of a request that is let in.
   * @returns {Promise<boolean | Response>} as `authorize` of a relay: a refusal if the record can't be written
   */
  async attempt(request, env, workspace, actor) {
    const { pathname } = new URL(request.url);
    const event = EVENTS[request.method];
    if (!event) return true;
    const record = recordOf(env, workspace);
    const entry = { event, actor, id: ID.exec(pathname)?.[1] ?? pathname };
    try {
      if (!(await record.attempt(entry)))
        return refusalOfRelay(423, "permission_error", onHold(entry.id));
    } catch ({ message }) {
      log("record.failed", { ...entry, message });
      const text = "the record can't be written, so nothing was sent to the API";
      return refusalOfRelay(503, "api_error", text);
    }
    this.#attempts.set(request, { record, entry });
    return true;
  }

  /** Writes the outcome of a request whose attempt was written. Resolves with the response. */
  async settle(request, response) {
    const attempt = this.#attempts.get(request);
    if (!attempt) return response;
    const { record, entry } = attempt;
    const outcome = await outcomeOf(entry, response.clone());
    const requestId = response.headers.get("request-id") ?? undefined;
    try {
      await record.note({ ...entry, outcome: outcome.name, requestId, code: outcome.code });
    } catch ({ message }) {
      // The attempt remains in the record: without an outcome, its effect is unknown.
      log("record.failed", { ...entry, outcome: outcome.name, requestId, message });
    }
    return response;
  }
}

async function outcomeOf({ event, id }, response) {
  const body = parsed(await readBody(response, MOST_BYTES).catch(() => undefined));
  const type = body?.error?.type;
  const code = typeof type === "string" ? type.slice(0, LONGEST_CODE) : `${response.status}`;
  if (response.ok) {
    const expected = event === "delete" ? "message_batch_deleted" : "message_batch";
    const isDone = body?.type === expected && body.id === id;
    const name = event === "delete" ? "deleted" : "canceling";
    return isDone ? { name } : { name: "unknown", code: "invalid_response" };
  }
  if (response.status === 404 && code === "not_found_error") return { name: "missing", code };
  // The relay's own 502 and 504 also mean that the response was lost.
  return { name: response.status >= 500 ? "unknown" : "failed", code };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const onHold = (id) => `${id} is on hold: it must not be deleted.`;
