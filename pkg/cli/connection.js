// The options of every request, from the command line.

import { readFileSync } from "node:fs";
import { UsageError } from "./exit.js";
import { encodingOf } from "./lines.js";

/** The options of the library's functions, which read the environment themselves. */
export function connectionOptions(options) {
  return {
    ...("key-file" in options && { apiKey: readKey(options["key-file"]) }),
    ...("base-url" in options && { baseURL: options["base-url"] }),
    ...("beta" in options && { betas: options.beta }),
    ...("max-retries" in options && { maxRetries: options["max-retries"] }),
    ...("timeout" in options && { timeout: milliseconds(options.timeout) }),
    ...("workspace" in options && { workspaceId: options.workspace }),
  };
}

/** Returns the options of a job. */
export function jobOptions(options) {
  return {
    ...connectionOptions(options),
    ...("concurrency" in options && { concurrency: options.concurrency }),
  };
}

/** Returns the options of a job that deletes. */
export function deletionOptions(options) {
  return {
    ...jobOptions(options),
    ...("if-processing" in options && { ifProcessing: options["if-processing"] }),
  };
}

/** Which batches of the list are meant. */
export function selectionOptions(options) {
  return {
    ...("created-before" in options && { createdBefore: timeOf(options["created-before"]) }),
    ...("ended-before" in options && { endedBefore: timeOf(options["ended-before"]) }),
    ...("status" in options && { status: options.status }),
    ...("limit" in options && { limit: options.limit }),
  };
}

/** The longest time of a timer, in seconds. */
const LONGEST_S = 2_147_483;

function milliseconds(seconds) {
  if (seconds < 1 || seconds > LONGEST_S) {
    throw new UsageError(`--timeout must be from 1 to ${LONGEST_S} seconds, not ${seconds}`);
  }
  return seconds * 1_000;
}

/** A date is its beginning, UTC. The library takes the other times. */
const timeOf = (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);

/** A line of an env file. The padding of Base64 is not one. */
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
