// The options of every request, from the command line.

import { readFileSync } from "node:fs";
import { UsageError } from "./exit.js";

/** The options of the library's functions, which read the environment themselves. */
export function connectionOptions(options) {
  return {
    ...("key-file" in options && { apiKey: readKey(options["key-file"]) }),
    ...("base-url" in options && { baseURL: options["base-url"] }),
    ...("beta" in options && { betas: options.beta }),
    ...("max-retries" in options && { maxRetries: options["max-retries"] }),
  };
}

/** Those of a job that deletes, too. */
export function deletionOptions(options) {
  return {
    ...connectionOptions(options),
    ...("concurrency" in options && { concurrency: options.concurrency }),
    ...("if-processing" in options && { ifProcessing: options["if-processing"] }),
  };
}

/** Which batches of the list are meant. */
export function selectionOptions(options) {
  return {
    ...("created-before" in options && { createdBefore: options["created-before"] }),
    ...("ended-before" in options && { endedBefore: options["ended-before"] }),
    ...("status" in options && { status: options.status }),
    ...("limit" in options && { limit: options.limit }),
  };
}

function readKey(path) {
  let key;
  try {
    key = readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new UsageError(`--key-file can't be read: ${error.message}`);
  }
  if (!key) throw new UsageError(`--key-file is empty: ${path}`);
  return key;
}
