// Removes credentials from everything that the command writes.

/** A key of the API, with every character that may belong to it. */
const KEY = /sk-ant-[^\s"'`,;]*/gi;
const REDACTED = "[redacted]";
/** The shortest credential that is removed: a shorter one could be a part of any id. */
const SHORTEST = 8;
/** An id of this length may have been cut off. */
const LONG_ID = 256;

/** Returns whether a string begins as the API's keys do. */
export const isKey = (text) => /^sk-ant-/i.test(text);

/** Returns the string without keys of the API. */
export const withoutKeys = (text) => text.replace(KEY, REDACTED);

/**
 * Returns a function that redacts an id, because a line of a list of ids may be a credential by
 * mistake.
 */
export function redactor({ apiKey }, env = process.env) {
  const credentials = [apiKey, env.ANTHROPIC_API_KEY, env.ANTHROPIC_AUTH_TOKEN]
    .filter(Boolean)
    .map((credential) => credential.trim());
  return (id) => {
    let shown = id;
    for (const credential of credentials) {
      const isCutOff = id.length >= LONG_ID && credential.startsWith(id);
      if (id === credential || isCutOff) return REDACTED;
      if (credential.length >= SHORTEST) shown = shown.replaceAll(credential, REDACTED);
    }
    return withoutKeys(shown);
  };
}
