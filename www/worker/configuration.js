// The Worker's variables, read and checked: docs/worker.md describes each.

const MOST_DAYS = 3_650;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

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
  const seconds = attempt(() => wholeNumber("RUN_SECONDS", env.RUN_SECONDS || 25, 1, 600));
  const requests = attempt(() => wholeNumber("RUN_REQUESTS", env.RUN_REQUESTS || 900, 10, 9_000));
  const alertUrl = attempt(() => httpsUrl("ALERT_URL", env.ALERT_URL));
  if (env.SWEEP_LIMIT !== undefined) {
    problems.push("SWEEP_LIMIT is no variable any more: remove it (docs/worker.md, Upgrade)");
  }
  return { workspaces, limits: { seconds, requests }, alertUrl, problems };
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
    throw new Error(`WORKSPACES must be a list of { name, key, days, by }, not ${shown(list)}`);
  }
  const all = list
    .map((given, index) => attempt(() => workspace(given, `WORKSPACES[${index}]`, env)))
    .filter(Boolean);
  const names = all.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`WORKSPACES has the name "${twice}" twice`);
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
    throw new Error(`${name} must be { name, key, days, by }, not ${shown(given)}`);
  }
  const { name: own, key, days, by = "created", dry, ...rest } = given;
  const [unknown] = Object.keys(rest);
  if (unknown) throw new Error(`${name} has an unknown field "${unknown}"`);
  if (typeof own !== "string" || !NAME.test(own)) {
    throw new Error(`${name}.name must be 1 to 64 letters, digits, "_" or "-", not ${shown(own)}`);
  }
  // The name of a secret, not a secret: a key in a variable would be readable in the dashboard.
  if (typeof key !== "string" || !/^[A-Z][A-Z0-9_]*$/.test(key)) {
    throw new Error(`${name}.key must be the name of a secret, such as "ANTHROPIC_API_KEY_A"`);
  }
  if (typeof env[key] !== "string" || env[key] === "") {
    throw new Error(`${name}.key: there is no secret ${key}`);
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

const isEmpty = (value) => value === undefined || value === null || value === "";

function wholeNumber(name, value, least, most, unit = "") {
  const isWritten = typeof value === "string" && /^\d{1,5}$/.test(value);
  const number = isWritten ? Number(value) : value;
  if (typeof number === "number" && Number.isInteger(number) && number >= least && number <= most) {
    return number;
  }
  const kind = unit ? `whole number of ${unit}` : "whole number";
  throw new Error(`${name} must be a ${kind} from ${least} to ${most}, not ${shown(value)}`);
}

function oneOf(name, value, allowed) {
  if (allowed.includes(value)) return value;
  const names = allowed.map((one) => `"${one}"`).join(" or ");
  throw new Error(`${name} must be ${names}, not ${shown(value)}`);
}

function yesOrNo(name, value) {
  if (isEmpty(value) || value === false || value === "false") return false;
  if (value === true || value === "true") return true;
  throw new Error(`${name} must be "true" or "false", not ${shown(value)}`);
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

const shown = (value) => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 100));
