// Sign-in by a secret (a cookie, or a bearer token), or by Cloudflare Access.
// If neither is configured, every request is refused.

import { fromAccess } from "./access.js";
import { networkOf } from "./address.js";
import { readBody } from "./body.js";
import { hasAccess, operatorsOf, signInProblems } from "./operators.js";
import { note } from "./record/notes.js";

const COOKIE = "__Host-operator";
const FLAGS = "Path=/; Secure; HttpOnly; SameSite=Strict";
const HOURS = 12;
/** When it ends, its id, its operator; then the signature of these. */
const SESSION =
  /^(?<signed>(?<ends>\d{13})\.(?<id>[0-9a-f]{32})\.(?<name>[\w-]{1,64}))\.[0-9a-f]{64}$/;
/** In bytes. */
const LONGEST_FORM = 4_096;
/** The operator at an address of this machine, which needs no sign-in. */
const LOCAL = "operator";

const encoder = new TextEncoder();

/** The response to every request while no sign-in is configured, or for another address. */
export function whyClosed(request, env) {
  if (env.OPEN_AT) {
    // If a foreign name resolved to this machine, its pages would be same-origin.
    return isOpen(request, env) ? undefined : refusal(421, "This is another address.");
  }
  const [problem] = signInProblems(env);
  return problem && refusal(503, `${problem}.`);
}

/**
 * Returns who sent a request: the address that Cloudflare Access signed, or the name of the secret's operator. Neither
 * `operator` nor `refusal` for a request that is not signed in.
 * @returns {Promise<{ operator?: string, role?: string, refusal?: Response }>} `refusal` is the response to a
 * secret that is wrong, or that must wait
 */
export async function admit(request, env) {
  if (whyClosed(request, env)) return {};
  if (env.OPEN_AT) return { operator: LOCAL, role: "configure" };
  if (hasAccess(env)) return fromAccess(request, env);
  const [, token] = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
  if (!token) return admitted((await sessionOf(request, env))?.operator);
  const { operator, waitMs } = await guess(token, request, env);
  if (operator) return admitted(operator);
  return { refusal: waitMs > 0 ? tooMany(waitMs) : wrong() };
}

const admitted = (operator) => (operator ? { operator: operator.name, role: operator.role } : {});

/** Returns whether operators sign in by a session of this Worker's. */
export const hasSessions = (env) => !env.OPEN_AT && !hasAccess(env);

/** The form of sign-in.html. Without sessions, it does not compare the secret: no response tells a right guess. */
export async function signIn(request, env) {
  if (request.method === "GET" && hasAccess(env)) {
    return seeOther(`https://${env.ACCESS_TEAM}.cloudflareaccess.com/`);
  }
  if (request.method !== "POST" || !hasSessions(env)) return seeOther("/");
  const body = await readBody(request, LONGEST_FORM);
  if (body === undefined) return refusal(413, `A form of more than ${LONGEST_FORM} bytes.`);
  const given = new URLSearchParams(body).get("secret") ?? "";
  const { operator, waitMs } = await guess(given, request, env);
  if (waitMs > 0) {
    const seconds = Math.ceil(waitMs / 1_000);
    return seeOther(`/?wait=${seconds}`, { "retry-after": `${seconds}` });
  }
  if (!operator) return seeOther("/?wrong");
  await note(env, { event: "sign_in", actor: operator.name });
  const id = crypto.randomUUID().replaceAll("-", "");
  const signed = `${Date.now() + HOURS * 3_600_000}.${id}.${operator.name}`;
  const value = `${signed}.${await signature(operator, signed)}`;
  return seeOther("/", { "set-cookie": `${COOKIE}=${value}; Max-Age=${HOURS * 3_600}; ${FLAGS}` });
}

/** Ends the session: a copy of its cookie is worth nothing from now on. */
export async function signOut(request, env) {
  if (!hasSessions(env)) return seeOther("/");
  const session = await sessionOf(request, env);
  if (session) await guessesOf(env).end(session.id, session.ends);
  return seeOther("/", { "set-cookie": `${COOKIE}=; Max-Age=0; ${FLAGS}` });
}

/**
 * Returns the operator of a secret. The secret is compared here, and the result judged by one object: it says whether
 * the guess counts.
 * @returns {Promise<{ operator?: object, waitMs: number }>}
 */
async function guess(given, request, env) {
  const operators = operatorsOf(env);
  const same = await Promise.all(operators.map(({ secret }) => isSame(given, secret)));
  const operator = operators[same.indexOf(true)];
  const address = request.headers.get("cf-connecting-ip") ?? "unknown";
  // Keyed, so that a wrong secret, which may be an old one, can't be looked up by it.
  const print = await hmac(operators.map(({ secret }) => secret).join("\n"), given);
  const judged = { isRight: operator !== undefined, print };
  const waitMs = await guessesOf(env).judge(networkOf(address), judged);
  if (!operator && waitMs === 0) console.warn(JSON.stringify({ event: "sign_in.wrong", address }));
  return { operator: waitMs === 0 ? operator : undefined, waitMs };
}

const guessesOf = (env) => env.GUESSES.get(env.GUESSES.idFromName("all"));

/** Returns whether a request needs no sign-in: `npm start` lists such addresses of this machine. */
function isOpen(request, env) {
  const { origin, hostname } = new URL(request.url);
  const isLoopback = ["127.0.0.1", "localhost"].includes(hostname);
  return isLoopback && env.OPEN_AT.split(" ").includes(origin);
}

/** Returns the valid session of a request's cookie. */
async function sessionOf(request, env) {
  const value = cookie(request) ?? "";
  const { signed, ends, id, name } = SESSION.exec(value)?.groups ?? {};
  if (!signed || Number(ends) <= Date.now()) return undefined;
  const operator = operatorsOf(env).find((one) => one.name === name);
  if (!operator) return undefined;
  const expected = `${signed}.${await signature(operator, signed)}`;
  if (!(await isSame(value, expected)) || (await guessesOf(env).hasEnded(id))) return undefined;
  return { operator, id, ends: Number(ends) };
}

/** The secret itself is in no cookie, and a new secret ends every session of its operator. */
const signature = ({ secret }, signed) => hmac(secret, `session ${signed}`);

function cookie(request) {
  const pairs = (request.headers.get("cookie") ?? "").split("; ");
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}

/** Compares the digests, so that the time it takes reveals nothing of the secret. */
export async function isSame(given, expected) {
  const [a, b] = await Promise.all([given, expected].map(digest));
  return crypto.subtle.timingSafeEqual(a, b);
}

const digest = (text) => crypto.subtle.digest("SHA-256", encoder.encode(text));

async function hmac(secret, text) {
  const usage = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), usage, false, ["sign"]);
  return hex(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
}

const hex = (buffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** In the API's envelope, so that a client of the relay reads it as well. */
const failure = (status, type, message, headers) =>
  Response.json({ type: "error", error: { type, message }, message }, { status, headers });

const wrong = () =>
  failure(401, "authentication_error", "The secret is wrong.", { "www-authenticate": "Bearer" });

function tooMany(waitMs) {
  const seconds = Math.ceil(waitMs / 1_000);
  const message = `Too many wrong secrets from this address: try again in ${seconds} s.`;
  return failure(429, "rate_limit_error", message, { "retry-after": `${seconds}` });
}

const seeOther = (location, headers) =>
  new Response(null, { status: 303, headers: { location, ...headers } });

const refusal = (status, text) => new Response(`${text}\n`, { status });
