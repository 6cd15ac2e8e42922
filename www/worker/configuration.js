// The Worker's variables, read and checked: docs/worker.md describes each. No problem has a value: a key
// that was pasted into another variable would show in /health, the log and the webhook.

import { isPattern, matcher } from "./holds/pattern.js";
import { operatorsOf, secretProblem, signInProblems } from "./operators.js";
import {
  checkVisible,
  holdsSecret,
  httpsUrl,
  isEmpty,
  isVisible,
  NAME,
  oneOf,
  parsed,
  wholeNumber,
  yesOrNo,
} from "./variables.js";

const MOST_DAYS = 3_650;
/** The variables that hold no secret. */
const OPEN = [
  ...["ANTHROPIC_BASE_URL", "RETENTION_DAYS", "RETENTION_BY", "RETENTION_DRY_RUN", "WORKSPACES"],
  ...["RUN_SECONDS", "RUN_REQUESTS", "LEDGER_DAYS", "ALERT_URL", "ACCESS_TEAM", "ACCESS_AUDIENCE"],
  ...["HOLD", "OPERATORS", "ACCESS_ROLES"],
];
/** The value of RETENTION_DAYS that says that no batch is deleted by its age. */
const OFF = "off";

/**
 * A workspace of the API, with its rule.
 * @typedef {object} Workspace
 * @property {string} name names its Durable Object
 * @property {{ apiKey: string } | { authToken: string }} credential
 * @property {number} days after how many days a batch is deleted
 * @property {"created" | "ended"} by which time of a batch the days are counted from
 * @property {boolean} dry whether runs by cron only count
 */

/** The configuration of each environment: its variables do not change. */
const known = new WeakMap();

/**
 * @returns {{ workspaces: Workspace[], limits: { seconds: number, requests: number },
 *   alertUrl?: string, ledgerDays: number, held: string[], hold: (id: string) => boolean, problems: string[],
 *   relayProblems: string[] }} If there is a problem, nothing may be deleted by age; by the relay, only if it is one
 *   of `relayProblems`.
 */
export function readConfiguration(env) {
  if (!known.has(env)) known.set(env, readAll(env));
  return known.get(env);
}

function readAll(env) {
  const problems = [];
  const relayProblems = [];
  const attempt = (read, isOfRelay = false) => {
    try {
      return read();
    } catch ({ message }) {
      if (!problems.includes(message)) problems.push(message);
      if (isOfRelay) relayProblems.push(message);
      return undefined;
    }
  };
  const attemptOfRelay = (read) => attempt(read, true);
  const ofWorkspaces = isEmpty(env.WORKSPACES) ? attempt : attemptOfRelay;
  const workspaces = attempt(() => workspacesOf(env, ofWorkspaces)) ?? [];
  if (isEmpty(env.WORKSPACES)) attemptOfRelay(() => defaultCredential(env));
  attemptOfRelay(() => baseUrlOf(env));
  const held = attemptOfRelay(() => patternsOf(env.HOLD));
  // One that can't be read may name any batch.
  const hold = held ? matcher(held) : () => true;
  const seconds = attempt(() => wholeNumber("RUN_SECONDS", env.RUN_SECONDS || 25, 1, 600));
  const requests = attempt(() => wholeNumber("RUN_REQUESTS", env.RUN_REQUESTS || 900, 10, 9_000));
  const alertUrl = attempt(() => httpsUrl("ALERT_URL", env.ALERT_URL));
  const ledgerDays = attempt(() =>
    wholeNumber("LEDGER_DAYS", env.LEDGER_DAYS || 400, 1, MOST_DAYS, "days"),
  );
  if (env.LEDGER_BUCKET !== undefined && typeof env.LEDGER_BUCKET?.put !== "function") {
    problems.push("LEDGER_BUCKET must be an R2 bucket: a binding of r2_buckets, not a variable");
  }
  problems.push(...signInProblems(env));
  attempt(() => checkHealthToken(env));
  if (env.SWEEP_LIMIT !== undefined) {
    problems.push("SWEEP_LIMIT no longer exists: remove it (docs/worker.md, Upgrade)");
  }
  const misplaced = OPEN.filter((name) => holdsSecret(env[name], env));
  for (const name of misplaced) {
    const problem = `${name} has a credential in it: remove it there, and replace the credential`;
    problems.push(problem);
    if (["ANTHROPIC_BASE_URL", "WORKSPACES", "HOLD"].includes(name)) relayProblems.push(problem);
  }
  const limits = { seconds, requests };
  // `/holds` lists it, so a key that was pasted there is left out.
  const shown = misplaced.includes("HOLD") ? [] : (held ?? []);
  const checked = { limits, ledgerDays, held: shown, hold, problems, relayProblems };
  if (misplaced.length === 0) return { ...checked, workspaces, alertUrl };
  // The name of a workspace would show in the history, and the webhook's address be asked.
  const url = misplaced.includes("ALERT_URL") ? undefined : alertUrl;
  return { ...checked, workspaces: [], alertUrl: url };
}

function workspacesOf(env, attempt) {
  if (isEmpty(env.WORKSPACES)) {
    const one = attempt(() => onlyWorkspace(env));
    return one ? [one] : [];
  }
  if (!isEmpty(env.RETENTION_DAYS) && env.RETENTION_DAYS !== OFF) {
    throw new Error("RETENTION_DAYS and WORKSPACES are both set: WORKSPACES has days of its own");
  }
  const list = parsed(env.WORKSPACES);
  if (!Array.isArray(list) || list.length === 0) {
    attempt(() => {
      throw new Error("WORKSPACES must be a list of { name, key, days, by }");
    });
    return [];
  }
  const all = list
    .map((given, index) => attempt(() => workspace(given, `WORKSPACES[${index}]`, env)))
    .filter(Boolean);
  const names = all.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice)
    attempt(() => {
      throw new Error("WORKSPACES has a name twice");
    });
  return all;
}

/** The workspace of RETENTION_DAYS; none if that is "off". */
function onlyWorkspace(env) {
  const { RETENTION_DAYS: days } = env;
  if (days === OFF) return undefined;
  if (isEmpty(days)) {
    throw new Error('RETENTION_DAYS is not set: set it to a whole number of days, or to "off"');
  }
  return {
    name: "default",
    days: wholeNumber("RETENTION_DAYS", days, 1, MOST_DAYS, "days"),
    by: oneOf("RETENTION_BY", env.RETENTION_BY || "created", ["created", "ended"]),
    dry: yesOrNo("RETENTION_DRY_RUN", env.RETENTION_DRY_RUN),
    credential: defaultCredential(env),
  };
}

function workspace(given, name, env) {
  if (typeof given !== "object" || given === null) {
    throw new Error(`${name} must be { name, key, days, by }`);
  }
  const { name: own, key, days, by = "created", dry, ...rest } = given;
  if (Object.keys(rest).length > 0) {
    throw new Error(`${name} has an unknown field: it takes name, key, days, by and dry`);
  }
  if (typeof own !== "string" || !NAME.test(own)) {
    throw new Error(`${name}.name must be 1 to 64 letters, digits, "_" or "-"`);
  }
  // The name of a secret, not a secret: a key in a variable would be readable in the dashboard.
  if (typeof key !== "string" || !/^[A-Z][A-Z0-9_]*$/.test(key)) {
    throw new Error(`${name}.key must be the name of a secret, such as "ANTHROPIC_API_KEY_A"`);
  }
  if (typeof env[key] !== "string" || env[key] === "") {
    throw new Error(`${name}.key: there is no secret of that name`);
  }
  checkVisible(`the secret of ${name}.key`, env[key]);
  return {
    name: own,
    days: wholeNumber(`${name}.days`, days, 1, MOST_DAYS, "days"),
    by: oneOf(`${name}.by`, by, ["created", "ended"]),
    dry: yesOrNo(`${name}.dry`, dry),
    credential: { apiKey: env[key] },
  };
}

/** The credential of the relay and of retention if WORKSPACES is empty. */
function defaultCredential({ ANTHROPIC_AUTH_TOKEN: authToken, ANTHROPIC_API_KEY: apiKey }) {
  if (authToken) return { authToken: checkVisible("ANTHROPIC_AUTH_TOKEN", authToken) };
  if (apiKey) return { apiKey: checkVisible("ANTHROPIC_API_KEY", apiKey) };
  throw new Error("ANTHROPIC_API_KEY is not set (wrangler secret put ANTHROPIC_API_KEY)");
}

/**
 * Returns the workspace whose key the relay uses: the first if `name` is absent.
 * @returns {{ name: string, credential: object } | undefined} `undefined` if there is no workspace of that name
 */
export function relayWorkspace(env, name) {
  if (isEmpty(env.WORKSPACES)) {
    const isKnown = name === undefined || name === "default";
    return isKnown ? { name: "default", credential: defaultCredential(env) } : undefined;
  }
  const { workspaces } = readConfiguration(env);
  return name === undefined ? workspaces[0] : workspaces.find((one) => one.name === name);
}

/** A gateway in place of the API. The package's check of `baseURL`, in words that hold no value. */
export function baseUrlOf({ ANTHROPIC_BASE_URL: value }) {
  if (isEmpty(value)) return undefined;
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !["https:", "http:"].includes(url.protocol) || !isVisible(value)) {
    throw new Error("ANTHROPIC_BASE_URL must be an http or https URL");
  }
  if (/[?#]/.test(value) || url.username || url.password) {
    throw new Error(
      "ANTHROPIC_BASE_URL must not have a query, a fragment, a user name or a password",
    );
  }
  return value;
}

/** The holds of HOLD: a list, or a string with commas or spaces between them. */
function patternsOf(value) {
  const given = parsed(value);
  const list = typeof given === "string" ? given.split(/[\s,]+/).filter(Boolean) : (given ?? []);
  if (!Array.isArray(list) || !list.every(isPattern)) {
    throw new Error('HOLD must be a list of ids, or of beginnings of ids such as "msgbatch_01*"');
  }
  return list;
}

function checkHealthToken(env) {
  const { HEALTH_TOKEN: token } = env;
  if (isEmpty(token)) return;
  const problem = secretProblem("HEALTH_TOKEN", token);
  if (problem) throw new Error(problem);
  if (env.OPEN_AT || signInProblems(env).length > 0) return;
  if (operatorsOf(env).some(({ secret }) => secret === token)) {
    throw new Error("HEALTH_TOKEN must not be the secret of an operator");
  }
}
