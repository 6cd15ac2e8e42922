// The operators by the Worker's variables, and what keeps them out.

import { holdsSecret, isEmpty, isVisible, NAME, oneOf, parsed } from "./variables.js";

const TEAM = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
/** In characters. A shorter one can be guessed. */
const SHORTEST = 16;

/** Returns why no operator can sign in. */
export function signInProblems(env) {
  if (env.OPEN_AT) return [];
  const { ACCESS_TEAM: team, ACCESS_AUDIENCE: audience } = env;
  if (!isEmpty(team) || !isEmpty(audience)) {
    if (isEmpty(team) || isEmpty(audience)) {
      return ["ACCESS_TEAM and ACCESS_AUDIENCE must both be set, or neither"];
    }
    // It becomes part of a host that is asked for keys.
    if (!TEAM.test(team) || holdsSecret(team, env)) {
      return ['ACCESS_TEAM must be the "team" of team.cloudflareaccess.com'];
    }
    return isVisible(audience) ? [] : ["ACCESS_AUDIENCE must be the application's audience tag"];
  }
  try {
    if (operatorsOf(env).length > 0) return [];
    return ["Nobody can sign in: set OPERATOR_SECRET, or ACCESS_TEAM and ACCESS_AUDIENCE"];
  } catch ({ message }) {
    return [message];
  }
}

/** Returns whether Cloudflare Access signs operators in. */
export const hasAccess = (env) => !isEmpty(env.ACCESS_TEAM) && !isEmpty(env.ACCESS_AUDIENCE);

/**
 * Returns the operators who sign in by a secret: "operator" for OPERATOR_SECRET, and those of OPERATORS.
 * @returns {{ name: string, secret: string, role: "read" | "delete" }[]}
 * @throws {Error} if a variable is not valid
 */
export function operatorsOf(env) {
  const all = [];
  if (!isEmpty(env.OPERATOR_SECRET)) {
    const secret = checkedSecret("OPERATOR_SECRET", env.OPERATOR_SECRET);
    all.push({ name: "operator", secret, role: "delete" });
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
    role: oneOf(`${name}.role`, role, ["read", "delete"]),
  };
}

function checkedSecret(name, secret) {
  const problem = secretProblem(name, secret);
  if (problem) throw new Error(problem);
  return secret;
}

/** Returns what is wrong with a secret that a person or a monitor sends. */
export function secretProblem(name, secret) {
  if (typeof secret !== "string" || secret.length < SHORTEST) {
    return `${name} must have at least ${SHORTEST} characters`;
  }
  // A line break at the end, as of `echo`, is in no form and no header.
  return secret === secret.trim() ? undefined : `${name} must not begin or end with white space`;
}
