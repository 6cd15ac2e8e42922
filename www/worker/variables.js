// Reads one variable. Errors name it, and never have its value.

export const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const SECRETS = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OPERATOR_SECRET", "HEALTH_TOKEN"];
const CREDENTIAL = /sk-ant-/i;
/** In characters. A shorter secret may occur in another variable by chance. */
const SHORTEST_SECRET = 8;
const VISIBLE = /^[\x21-\x7e]+$/;

/** Returns whether a variable has a credential in it: by its shape, or because a secret has that value. */
export function holdsSecret(value, env) {
  if (isEmpty(value)) return false;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const secrets = [...SECRETS, ...namedSecrets(env)]
    .map((name) => env[name])
    .filter((secret) => typeof secret === "string" && secret.length >= SHORTEST_SECRET);
  return CREDENTIAL.test(text) || secrets.some((secret) => text.includes(secret));
}

/** The names of secrets in the lists of workspaces and of operators. */
function namedSecrets({ WORKSPACES, OPERATORS }) {
  const names = [
    ...listOf(WORKSPACES).map((one) => one?.key),
    ...listOf(OPERATORS).map((one) => one?.secret),
  ];
  return names.filter((name) => typeof name === "string");
}

const listOf = (value) => {
  const list = parsed(value);
  return Array.isArray(list) ? list : [];
};

/** A header can't have other characters. */
export function checkVisible(name, secret) {
  if (isVisible(secret)) return secret;
  throw new Error(`${name} must have visible ASCII characters only: no space, no line break`);
}

export const isVisible = (value) => typeof value === "string" && VISIBLE.test(value);

export const isEmpty = (value) => value === undefined || value === null || value === "";

export function wholeNumber(name, value, least, most, unit = "") {
  const isWritten = typeof value === "string" && /^\d{1,5}$/.test(value);
  const number = isWritten ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= least && number <= most) {
    return number;
  }
  const kind = unit ? `whole number of ${unit}` : "whole number";
  throw new Error(`${name} must be a ${kind} from ${least} to ${most}`);
}

export function oneOf(name, value, allowed) {
  if (allowed.includes(value)) return value;
  const names = allowed.map((one) => `"${one}"`).join(" or ");
  throw new Error(`${name} must be ${names}`);
}

export function yesOrNo(name, value) {
  if (isEmpty(value) || value === false || value === "false") return false;
  if (value === true || value === "true") return true;
  throw new Error(`${name} must be "true" or "false"`);
}

export function httpsUrl(name, value) {
  if (isEmpty(value)) return undefined;
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  const isLocal = ["127.0.0.1", "localhost"].includes(url?.hostname);
  if (url?.protocol === "https:" || (isLocal && url.protocol === "http:")) return url.href;
  // The address of a webhook often holds its secret.
  throw new Error(`${name} must be an https URL`);
}

/** Parses a variable: wrangler.jsonc gives a value, the dashboard perhaps a string of JSON. */
export function parsed(value) {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
