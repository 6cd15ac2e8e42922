// Makes the options of the library from the options of the command line.

import { readFileSync } from "node:fs";
import { OPTIONS } from "./commands.js";
import { redactor } from "./credentials.js";
import { UsageError } from "./exit.js";
import { encodingOf } from "./lines.js";
import { print } from "./progress.js";
import { messageOf, printable } from "./text.js";

/** The longest time of a timer, in seconds. */
const LONGEST_S = 2_147_483;

/** Makes the library's value of an option. */
const CONVERSIONS = {
  "key-file": readKey,
  timeout: milliseconds,
  "created-before": timeOf,
  "ended-before": timeOf,
};

/** Returns the options of the library's functions, which read the environment themselves. */
export function libraryOptions(options) {
  const library = {};
  for (const [name, value] of Object.entries(options)) {
    const { option } = OPTIONS[name];
    if (option) library[option] = CONVERSIONS[name]?.(value) ?? value;
  }
  if (options.verbose) {
    const shown = redactor(library);
    library.onAttempt = (attempt) => print(printable(shown(attemptLine(attempt))));
  }
  return library;
}

/** Returns an attempt in one line. */
function attemptLine({ id, method, attempt, status, error, requestId, delayMs }) {
  if (!error)
    return `${method} ${id ?? "the list"}: ${status} (request id: ${requestId ?? "none"})`;
  const next = delayMs === undefined ? "" : `, the next in ${(delayMs / 1_000).toFixed(1)} s`;
  return `${messageOf(error)}; attempt ${attempt}${next}`;
}

function milliseconds(seconds) {
  if (seconds < 1 || seconds > LONGEST_S) {
    throw new UsageError(`--timeout must be from 1 to ${LONGEST_S} seconds, but is ${seconds}`);
  }
  return seconds * 1_000;
}

/** Completes a date with the beginning of its day in UTC. The library takes the other times. */
function timeOf(text) {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text;
}

/** Matches a line of an env file, but not the padding of Base64. */
const ASSIGNMENT = /^(?:export\s+|set\s+|\$env:)?[a-z_]\w*\s*=\s*[^=\s]/i;

function readKey(path) {
  let bytes;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    // Without the path: it may be the key itself.
    throw new UsageError(`--key-file can't be read: ${error.message.split(/, \w+ '/)[0]}`);
  }
  const key = new TextDecoder(encodingOf(bytes, "--key-file")).decode(bytes).trim();
  if (!key) throw new UsageError("--key-file is empty");
  if (ASSIGNMENT.test(key)) {
    throw new UsageError("--key-file must have the key alone, but has NAME=value: remove the name");
  }
  if (/["'`]/.test(key)) {
    throw new UsageError("--key-file must have the key alone, but has quotes: remove them");
  }
  return key;
}
