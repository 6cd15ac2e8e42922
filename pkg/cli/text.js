// Formats strings for a terminal: colors, errors in the terms of the command line, foreign content escaped.

import { OPTIONS } from "./commands.js";
import { redactor, withoutKeys } from "./credentials.js";

const CODES = { bold: 1, red: 31 };

/** Returns a function that colors a string for the stream, if it is a terminal that takes colors. */
export function painter(stream, env = process.env) {
  const wants = stream.isTTY && !env.NO_COLOR && env.TERM !== "dumb";
  return (style, text) => (wants ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text);
}

/**
 * Escapes control characters, which a terminal would obey, line separators and direction marks, so that one line
 * stays one line. Removes keys of the API.
 */
export function printable(text) {
  const code = (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return withoutKeys(`${text}`).replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, code);
}

/** Returns a value from the command line, safe to print: short, escaped, without a possible credential. */
export function quoted(given) {
  const text = redactor({})(`${given}`);
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/**
 * Returns the message of an error in the terms of the command line. `options` are the options of the command line,
 * for the value of one that is not valid.
 */
export function messageOf(error, options = {}) {
  if (error?.code === "missing_credentials") {
    return "no credential: set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN, or use --key-file FILE";
  }
  const message = error?.message ?? String(error);
  if (error?.code === "still_processing") {
    return message.replace('ifProcessing "wait" or "cancel"', "--if-processing wait or cancel");
  }
  if (error?.code === "timeout") return message.replace("within timeout", "within --timeout");
  if (error?.code !== "invalid_option") return message;
  // The command itself has checked the names of the options.
  if (error.option === "options") {
    return (
      "nothing selects some of the batches: give --created-before or --ended-before with a time " +
      "in the past, or --status; or --all, if every batch is meant"
    );
  }
  const isIt = ([name, { option }]) => option === error.option && name in options;
  const [name, { must }] = Object.entries(OPTIONS).find(isIt) ?? ["", {}];
  if (name === "key-file") return message.replace(error.option, "the key of --key-file");
  return name ? problemOf(`--${name}`, must, options[name], message) : message;
}

function problemOf(flag, must, given, message) {
  const [start, index = 0] = /^\w+(?:\[(\d+)\])?/.exec(message);
  const problem = must ? ` must be ${must}` : message.slice(start.length).replace(/, not .*$/s, "");
  const value = Array.isArray(given) ? given[index] : given;
  // A URL may have a secret.
  const isShown = flag !== "--base-url" || /^\w*(:\/\/)?[\w.:-]*$/.test(value);
  return `${flag}${problem}${isShown ? `, but is ${typeof value === "number" ? value : quoted(value)}` : ""}`;
}
