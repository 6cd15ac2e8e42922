// Reads the operators from the Worker's variables, and reports why a variable or a secret is refused.

import { ROLES } from "./roles.js";
import { holdsSecret, isEmpty, isVisible, NAME, oneOf, parsed } from "./variables.js";

const TEAM = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
/** In characters. A shorter one can be guessed. */
const SHORTEST = 16;

/** Returns why no operator can sign in. */
export function signInProblems(env) {
  if (env.OPEN_AT) return [];
  try {
    checkSignIn(env);
    return [];
  } catch ({ message }) {
    return [message];
  }
}

/** @throws {Error} if sign-in is not configured, or not validly */
function checkSignIn(env) {
  const { ACCESS_TEAM: team, ACCESS_AUDIENCE: audience, ACCESS_ROLES: roles } = env;
  if (isEmpty(team) && isEmpty(audience)) {
    if (!isEmpty(roles)) throw new Error("ACCESS_ROLES needs ACCESS_TEAM and ACCESS_AUDIENCE");
    if (operatorsOf(env).length > 0) return;
    throw new Error(
      "No operator can sign in: set OPERATOR_SECRET, or ACCESS_TEAM and ACCESS_AUDIENCE",
    );
  }
  if (isEmpty(team) || isEmpty(audience)) {
    throw new Error("ACCESS_TEAM and ACCESS_AUDIENCE must both be set, or neither");
  }
  // The value becomes part of the host that serves the keys.
  if (!TEAM.test(team) || holdsSecret(team, env)) {
    throw new Error('ACCESS_TEAM must be the "team" of team.cloudflareaccess.com');
  }
  if (!isVisible(audience))
    throw new Error("ACCESS_AUDIENCE must be the application's audience tag");
  accessRolesOf(env);
}

/**
 * Returns the role of a person whom Cloudflare Access has signed in: that of the first entry of ACCESS_ROLES with the
 * address or one of the groups, else `read`. Without ACCESS_ROLES it is `configure`.
 */
export function accessRoleOf({ email, groups, custom }, env) {
  if (isEmpty(env.ACCESS_ROLES)) return "configure";
  const address = `${email}`.toLowerCase();
  const own = [groups, custom?.groups].flat().map((group) => group?.name ?? group);
  const entry = accessRolesOf(env).find((one) =>
    one.email === undefined ? own.includes(one.group) : one.email.toLowerCase() === address,
  );
  return entry?.role ?? "read";
}

/** @throws {Error} if ACCESS_ROLES is not valid */
function accessRolesOf({ ACCESS_ROLES: value }) {
  const list = isEmpty(value) ? [] : parsed(value);
  const form = "{ email, role } or { group, role }";
  if (!Array.isArray(list)) throw new Error(`ACCESS_ROLES must be a list of ${form}`);
  for (const [index, given] of list.entries()) {
    const { email, group, role, ...rest } = given ?? {};
    const name = `ACCESS_ROLES[${index}]`;
    const who = [email, group].filter((one) => typeof one === "string" && one !== "");
    const isEither = who.length === 1 && (email === undefined || group === undefined);
    if (!isEither || Object.keys(rest).length > 0) throw new Error(`${name} must be ${form}`);
    oneOf(`${name}.role`, role, ROLES);
  }
  return list;
}

/** Returns whether Cloudflare Access signs operators in. */
export const hasAccess = (env) => !isEmpty(env.ACCESS_TEAM) && !isEmpty(env.ACCESS_AUDIENCE);

/**
 * Returns the operators who sign in by a secret: "operator" for OPERATOR_SECRET, and each entry of OPERATORS.
 * @returns {{ name: string, secret: string, role: string }[]}
 * @throws {Error} if a variable is not valid
 */
export function operatorsOf(env) {
  const all = [];
  if (!isEmpty(env.OPERATOR_SECRET)) {
    const secret = checkedSecret("OPERATOR_SECRET", env.OPERATOR_SECRET);
    all.push({ name: "operator", secret, role: "configure" });
  }
  if (!isEmpty(env.OPERATORS)) {
    const list = parsed(env.OPERATORS);
    if (!Array.isArray(list)) throw new Error("OPERATORS must be a list of { name, secret, role }");
    all.push(...list.map((given, index) => operator(given, `OPERATORS[${index}]`, env)));
  }
  for (const key of ["name", "secret"]) {
    if (new Set(all.map((one) => one[key])).size < all.length) {
      throw new Error(`two operators have the same ${key} (OPERATORS, OPERATOR_SECRET)`);
    }
  }
  return all;
}

function operator(given, name, env) {
  const { name: own, secret, role, ...rest } = given ?? {};
  if (Object.keys(rest).length > 0) {
    throw new Error(`${name} has an unknown field: it takes name, secret and role`);
  }
  if (typeof own !== "string" || !NAME.test(own)) {
    throw new Error(`${name}.name must be 1 to 64 letters, digits, "_" or "-"`);
  }
  // The name of a secret, not a secret, as in WORKSPACES.
  if (typeof secret !== "string" || !/^[A-Z][A-Z0-9_]*$/.test(secret)) {
    throw new Error(`${name}.secret must be the name of a secret, such as "OPERATOR_SECRET_ADA"`);
  }
  return {
    name: own,
    secret: checkedSecret(`the secret of ${name}.secret`, env[secret]),
    role: oneOf(`${name}.role`, role, ROLES),
  };
}

function checkedSecret(name, secret) {
  const problem = secretProblem(name, secret);
  if (problem) throw new Error(problem);
  return secret;
}

/** Returns the problem of a secret that a person or a monitor sends, or `undefined`. */
export function secretProblem(name, secret) {
  if (typeof secret !== "string" || secret.length < SHORTEST) {
    return `${name} must have at least ${SHORTEST} characters`;
  }
  // A line break at the end, as `echo` writes it, can't be in a form or a header.
  return secret === secret.trim() ? undefined : `${name} must not begin or end with white space`;
}
