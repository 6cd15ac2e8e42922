// The Worker's variables, read and checked: docs/worker.md describes each. No problem has a value: a key
// that was pasted into another variable would show in /health, the log and the webhook.

const MOST_DAYS = 3_650;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
/** The variables that hold no secret. */
const OPEN = [
  ...["ANTHROPIC_BASE_URL", "RETENTION_DAYS", "RETENTION_BY", "RETENTION_DRY_RUN", "WORKSPACES"],
  ...["RUN_SECONDS", "RUN_REQUESTS", "ALERT_URL", "ACCESS_TEAM", "ACCESS_AUDIENCE"],
];
const SECRETS = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OPERATOR_SECRET"];
const CREDENTIAL = /sk-ant-/i;
/** In characters. A shorter secret may be part of any text by chance. */
const SHORTEST_SECRET = 8;

/**
 * A workspace of the API, with its rule.
 * @typedef {object} Workspace
 * @property {string} name names its Durable Object
 * @property {{ apiKey: string } | { authToken: string }} credential
 * @property {number} days after how many days a batch is deleted
 * @property {"created" | "ended"} by which time of a batch the days are counted from
 * @property {boolean} dry whether runs by cron only count
 */

/**
 * @returns {{ workspaces: Workspace[], limits: { seconds: number, requests: number },
 *   alertUrl?: string, problems: string[] }} Where there is a problem, nothing may be deleted.
 */
export function readConfiguration(env) {
  const problems = [];
  const attempt = (read) => {
    try {
      return read();
    } catch (error) {
      problems.push(error.message);
      return undefined;
    }
  };
  const workspaces = attempt(() => workspacesOf(env, attempt)) ?? [];
  attempt(() => baseUrlOf(env));
  const seconds = attempt(() => wholeNumber("RUN_SECONDS", env.RUN_SECONDS || 25, 1, 600));
  const requests = attempt(() => wholeNumber("RUN_REQUESTS", env.RUN_REQUESTS || 900, 10, 9_000));
  const alertUrl = attempt(() => httpsUrl("ALERT_URL", env.ALERT_URL));
  if (env.SWEEP_LIMIT !== undefined) {
    problems.push("SWEEP_LIMIT is no variable any more: remove it (docs/worker.md, Upgrade)");
  }
  const misplaced = OPEN.filter((name) => holdsSecret(env[name], env));
  for (const name of misplaced) {
    problems.push(`${name} has a credential in it: remove it there, and replace the credential`);
  }
  const limits = { seconds, requests };
  if (misplaced.length === 0) return { workspaces, limits, alertUrl, problems };
  // The name of a workspace would show in the history, and the webhook's address be asked.
  const url = misplaced.includes("ALERT_URL") ? undefined : alertUrl;
  return { workspaces: [], limits, alertUrl: url, problems };
}

/** Returns whether a variable has a credential in it: by its shape, or because a secret has that value. */
export function holdsSecret(value, env) {
  if (isEmpty(value)) return false;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const secrets = [...SECRETS, ...secretsOfWorkspaces(env)]
    .map((name) => env[name])
    .filter((secret) => typeof secret === "string" && secret.length >= SHORTEST_SECRET);
  return CREDENTIAL.test(text) || secrets.some((secret) => text.includes(secret));
}

function secretsOfWorkspaces({ WORKSPACES }) {
  const list = parsed(WORKSPACES);
  return Array.isArray(list)
    ? list.map((one) => one?.key).filter((key) => typeof key === "string")
    : [];
}

function workspacesOf(env, attempt) {
  if (isEmpty(env.WORKSPACES)) {
    const one = attempt(() => onlyWorkspace(env));
    return one ? [one] : [];
  }
  if (!isEmpty(env.RETENTION_DAYS)) {
    throw new Error("RETENTION_DAYS and WORKSPACES are both set: WORKSPACES has days of its own");
  }
  const list = parsed(env.WORKSPACES);
  if (!Array.isArray(list) || list.length === 0) {
    throw new Error(`WORKSPACES must be a list of { name, key, days, by }`);
  }
  const all = list
    .map((given, index) => attempt(() => workspace(given, `WORKSPACES[${index}]`, env)))
    .filter(Boolean);
  const names = all.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error("WORKSPACES has a name twice");
  return all;
}

/** The workspace of RETENTION_DAYS; none where it is empty. */
function onlyWorkspace(env) {
  if (isEmpty(env.RETENTION_DAYS)) return undefined;
  return {
    name: "default",
    days: wholeNumber("RETENTION_DAYS", env.RETENTION_DAYS, 1, MOST_DAYS, "days"),
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
  return {
    name: own,
    days: wholeNumber(`${name}.days`, days, 1, MOST_DAYS, "days"),
    by: oneOf(`${name}.by`, by, ["created", "ended"]),
    dry: yesOrNo(`${name}.dry`, dry),
    credential: { apiKey: env[key] },
  };
}

/** The credential of the relay, and of retention where there is one workspace. */
export function defaultCredential(env) {
  if (env.ANTHROPIC_AUTH_TOKEN) return { authToken: env.ANTHROPIC_AUTH_TOKEN };
  if (env.ANTHROPIC_API_KEY) return { apiKey: env.ANTHROPIC_API_KEY };
  throw new Error("ANTHROPIC_API_KEY is not set (wrangler secret put ANTHROPIC_API_KEY)");
}

/** A gateway in place of the API. */
export function baseUrlOf({ ANTHROPIC_BASE_URL: value }) {
  if (isEmpty(value)) return undefined;
  const isUrl = typeof value === "string" && URL.canParse(value);
  if (isUrl && ["https:", "http:"].includes(new URL(value).protocol)) return value;
  throw new Error("ANTHROPIC_BASE_URL must be an http or https URL");
}

const isEmpty = (value) => value === undefined || value === null || value === "";

function wholeNumber(name, value, least, most, unit = "") {
  const isWritten = typeof value === "string" && /^\d{1,5}$/.test(value);
  const number = isWritten ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= least && number <= most) {
    return number;
  }
  const kind = unit ? `whole number of ${unit}` : "whole number";
  throw new Error(`${name} must be a ${kind} from ${least} to ${most}`);
}

function oneOf(name, value, allowed) {
  if (allowed.includes(value)) return value;
  const names = allowed.map((one) => `"${one}"`).join(" or ");
  throw new Error(`${name} must be ${names}`);
}

function yesOrNo(name, value) {
  if (isEmpty(value) || value === false || value === "false") return false;
  if (value === true || value === "true") return true;
  throw new Error(`${name} must be "true" or "false"`);
}

function httpsUrl(name, value) {
  if (isEmpty(value)) return undefined;
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  const isLocal = ["127.0.0.1", "localhost"].includes(url?.hostname);
  if (url?.protocol === "https:" || (isLocal && url.protocol === "http:")) return url.href;
  // The address of a webhook often holds its secret.
  throw new Error(`${name} must be an https URL`);
}

/** A variable of wrangler.jsonc is a value; one of the dashboard may be a text. */
function parsed(value) {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
