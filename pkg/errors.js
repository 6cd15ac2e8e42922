// The one error class, made from the plain data that Rust passes.

const BRAND = /* @__PURE__ */ Symbol.for("delete-message-batch.BatchError");

export class BatchError extends Error {
  constructor(data) {
    // Own properties alone: a prototype may be polluted.
    const { message, cause, headers, body, ...fields } = own(data);
    super(message, cause && { cause: copyOfCause(cause) });
    // Absent fields are not set, so that a printed error does not list them.
    Object.assign(this, fields);
    if (headers) hide(this, "headers", headersOf(headers));
    if (body) {
      const value = body.json ? parsed(body.text) : body.text;
      // With a `type`, `message` contains the API's own message. Printing it again as a nested object
      // would hide the rest.
      if (fields.type) hide(this, "body", value);
      else this.body = value;
    }
  }

  // Getters of the prototype are not printed, and are found from another realm and on an error of another
  // copy of this package.
  get name() {
    return "BatchError";
  }

  get [BRAND]() {
    return true;
  }

  toJSON() {
    const { name, message, headers, body } = this;
    const cause = ownCause(this);
    return {
      name,
      message,
      ...this,
      ...(headers && { headers: Object.fromEntries(headers) }),
      ...(body !== undefined && { body: printable(body) }),
      ...(cause && { cause: causeToJSON(cause, DEEPEST) }),
    };
  }
}

/** The most nested causes of `toJSON`: `encodeCauses` copies no more. */
const DEEPEST = 6;

export function isBatchError(value) {
  return typeof value === "object" && value !== null && value[BRAND] === true;
}

/**
 * Makes the error of a fault of this package, or of loading it, with the thrown value as its cause. The next call gets
 * a new instance. After a trap, `maybeApplied` is true because a request may have been sent.
 */
export function internalError(problem, thrown, maybeApplied) {
  const detail = thrown?.message ?? String(thrown);
  const error = new BatchError({
    code: "internal",
    message: `delete-message-batch ${problem}: ${detail}`,
    attempts: 0,
    retryable: Boolean(globalThis.WebAssembly),
    maybeApplied,
  });
  hide(error, "cause", thrown);
  return error;
}

/** Adds the report of a job to the value that it rejects with, if that can carry it. */
export function withReport(thrown, report) {
  try {
    const canCarry = typeof thrown === "object" && thrown !== null && Object.isExtensible(thrown);
    if (report && canCarry && !Object.hasOwn(thrown, "report")) hide(thrown, "report", report);
  } catch {
    // A proxy may refuse it.
  }
  return thrown;
}

const own = (data) => ({ __proto__: null, ...data });

/** Parses a document; returns the string if redaction has made it invalid. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Replaces a document that is nested too deeply for JSON.stringify. */
function printable(body) {
  try {
    JSON.stringify(body);
    return body;
  } catch {
    return "[a document that is nested too deep]";
  }
}

/** Makes a Headers of lines. A caller's `fetch` may have returned headers that Headers refuses. */
export function headersOf(text) {
  const headers = new Headers();
  const lines = text.split("\n");
  for (let at = 0; at + 1 < lines.length; at += 2) {
    try {
      headers.append(lines[at], lines[at + 1]);
    } catch {
      // The error is useful without the header.
    }
  }
  return headers;
}

/** Defines a property that is not enumerable, so that it is not printed. */
function hide(error, name, value) {
  Object.defineProperty(error, name, { value, writable: true, configurable: true });
}

/** The classes of errors from `fetch` and a caller's function. Another class becomes an Error of its name. */
const BUILT_IN = { __proto__: null, RangeError, SyntaxError, TypeError };

function copyOfCause(data) {
  const { name, message, code, cause } = own(data);
  const Class = BUILT_IN[name] ?? Error;
  const copy = new Class(message, cause && { cause: copyOfCause(cause) });
  hide(copy, "name", name);
  // The stack of a copy has no information.
  hide(copy, "stack", message ? `${name}: ${message}` : name);
  if (code !== undefined) copy.code = code;
  return copy;
}

function causeToJSON(cause, depth) {
  if (!(cause instanceof Error)) return cause;
  const { name, message } = cause;
  const inner = depth > 0 && ownCause(cause);
  return { name, message, ...cause, ...(inner && { cause: causeToJSON(inner, depth - 1) }) };
}

/** Returns the own cause: a cause on a polluted prototype would be the cause of itself. */
function ownCause(error) {
  return Object.hasOwn(error, "cause") ? error.cause : undefined;
}
