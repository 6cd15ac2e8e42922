// Text for a terminal: colors, and the content of ids, files and responses made harmless.

import { withoutKeys } from "./credentials.js";

const CODES = { bold: 1, dim: 2, red: 31, yellow: 33 };

/** Returns a function that paints text for the stream, if it is a terminal that wants colors. */
export function painter(stream, env = process.env) {
  const wants = stream.isTTY && !env.NO_COLOR && env.TERM !== "dumb";
  return (style, text) => (wants ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text);
}

/**
 * Control characters (a terminal would act on them), line separators and marks that turn the
 * direction of text, as escapes: one line stays one line. Keys of the API are left out.
 */
export function printable(text) {
  const code = (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return withoutKeys(`${text}`).replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, code);
}

/** One batch's failure in one line. The message of a response names the id by itself. */
export function failureLine(id, error) {
  const message = messageOf(error);
  return printable(message.includes(id) ? message : `${JSON.stringify(id)}: ${message}`);
}

/**
 * Prints a line for each failure, but one line in all for a refused key, which is the same failure of
 * each id: `end` prints it, unless the job stopped for it.
 */
export function failureLines(print) {
  let first;
  let more = 0;
  return {
    add({ id, error }) {
      const line = failureLine(id, error);
      if (error.code !== KEY_REFUSED) print(line);
      else if (first === undefined) first = line;
      else more += 1;
    },
    end(stopped) {
      if (first === undefined || stopped?.code === KEY_REFUSED) return;
      print(more === 0 ? first : `${first} (and ${more} more)`);
    },
  };
}

/** The code of an error that refuses the credential. */
export const KEY_REFUSED = "authentication";

/** The options of the library, as this command names them. */
const FLAGS = {
  __proto__: null,
  apiKey: "the key of --key-file",
  baseURL: "--base-url",
  betas: "--beta",
  createdBefore: "--created-before",
  endedBefore: "--ended-before",
  ifProcessing: "--if-processing",
  maxRetries: "--max-retries",
  workspaceId: "--workspace",
  concurrency: "--concurrency",
  limit: "--limit",
  status: "--status",
};

/** The message of an error, in the terms of the command line. */
export function messageOf(error) {
  if (error?.code === "missing_credentials") {
    return "no credential: set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN, or use --key-file FILE";
  }
  const message = error?.message ?? String(error);
  if (error?.code === "still_processing") {
    return message.replace('ifProcessing "wait" or "cancel"', "--if-processing wait or cancel");
  }
  if (error?.code !== "invalid_option") return message;
  // The command itself has checked the names of the options.
  if (error.option === "options") {
    return (
      "nothing selects some of the batches: give --created-before or --ended-before with a time " +
      "in the past, or --status; or --all, where every batch is meant"
    );
  }
  return message.replace(error.option, (name) => FLAGS[name] ?? name);
}
