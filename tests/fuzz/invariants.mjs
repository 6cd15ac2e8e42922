// The invariants of each error and response, for any input.

import { inspect } from "node:util";
import { KEY } from "./responses.mjs";

/** Something that must hold does not. */
export class Violation extends Error {
  constructor(what, description, found) {
    super(`${what}: ${inspect(found, { depth: 4 })}\n  in ${JSON.stringify(description)}`);
    this.name = "Violation";
  }
}

/** The key shows in no way of looking at an error. */
export function assertNoKey(error, description) {
  const shown = {
    message: error.message,
    stack: error.stack,
    string: String(error),
    json: JSON.stringify(error),
    printed: inspect(error, { depth: 20, showHidden: true, maxStringLength: Infinity }),
    headers: JSON.stringify([...(error.headers ?? [])]),
    body: typeof error.body === "string" ? error.body : printed(error.body),
  };
  for (let { cause } = error, depth = 0; cause && depth < 20; cause = cause.cause, depth += 1) {
    shown[`cause ${depth}`] = [cause.name, cause.message, cause.stack, cause.code].join(" ");
  }
  for (const [where, text] of Object.entries(shown)) {
    if (text?.includes(KEY)) throw new Violation(`the key shows in ${where}`, description, error);
  }
}

function printed(body) {
  try {
    return JSON.stringify(body);
  } catch {
    // Nested too deep.
    return inspect(body, { depth: 50 });
  }
}

/** A relay's response shows no key, and is one of HTTP. */
export async function assertNoKeyInResponse(response, description) {
  const fail = (what) => {
    throw new Violation(what, description, response);
  };
  if (!(response instanceof Response)) fail("no Response");
  if (JSON.stringify([...response.headers]).includes(KEY)) fail("the key shows in a header");
  // The body of a success is handed on as it comes; it may never end.
  if (response.status !== 200 && (await response.text()).includes(KEY)) fail("the key shows");
}
