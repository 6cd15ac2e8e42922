// Sign-in by a shared secret (a cookie, or a bearer token), or by Cloudflare Access.
// Where neither is configured, every request is refused.

import { fromAccess } from "./access.js";
import { readBody } from "./body.js";
import { holdsSecret } from "./configuration.js";

const COOKIE = "__Host-operator";
const FLAGS = "Path=/; Secure; HttpOnly; SameSite=Strict";
const HOURS = 12;
/** In characters. A shorter one can be guessed. */
const SHORTEST_SECRET = 16;
const TEAM = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
/** In bytes. */
const LONGEST_FORM = 4_096;

const encoder = new TextEncoder();

/** The response to every request while no sign-in is configured, or for another address. */
export function whyClosed(request, env) {
  if (env.OPEN_AT) {
    // A foreign name that resolves to this machine would make a foreign page same-origin.
    return isOpen(request, env) ? undefined : refusal(421, "This is another address.");
  }
  if (env.ACCESS_TEAM && env.ACCESS_AUDIENCE) {
    // It becomes part of a host that is asked for keys.
    return TEAM.test(env.ACCESS_TEAM) && !holdsSecret(env.ACCESS_TEAM, env)
      ? undefined
      : refusal(503, 'ACCESS_TEAM must be the "team" of team.cloudflareaccess.com.');
  }
  if (!env.OPERATOR_SECRET) {
    const names = "OPERATOR_SECRET, or ACCESS_TEAM and ACCESS_AUDIENCE";
    return refusal(503, `Nobody can sign in: set ${names}.`);
  }
  if (env.OPERATOR_SECRET.length >= SHORTEST_SECRET) return undefined;
  return refusal(503, `OPERATOR_SECRET must have at least ${SHORTEST_SECRET} characters.`);
}

/**
 * The name of the operator who sent the request: the address that Cloudflare Access signed, or
 * "operator" for the shared secret. `undefined` for a request that is not signed in.
 */
export async function operatorOf(request, env) {
  if (whyClosed(request, env)) return undefined;
  if (env.OPEN_AT) return "operator";
  if (env.ACCESS_TEAM && env.ACCESS_AUDIENCE) return fromAccess(request, env);
  const [, token] = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
  const isIn = token
    ? (await guess(token, request, env)) === true
    : await isValidSession(cookie(request), env);
  return isIn ? "operator" : undefined;
}

/** Whether it is by a session of this Worker's that somebody is signed in. */
export const hasSessions = (env) => !env.OPEN_AT && !(env.ACCESS_TEAM && env.ACCESS_AUDIENCE);

/** The form of sign-in.html. Without sessions, it does not compare the secret: no response tells a right guess. */
export async function signIn(request, env) {
  if (request.method !== "POST" || !hasSessions(env)) return seeOther("/");
  const body = await readBody(request, LONGEST_FORM);
  if (body === undefined) return refusal(413, `A form of more than ${LONGEST_FORM} bytes.`);
  const guessed = await guess(new URLSearchParams(body).get("secret") ?? "", request, env);
  if (typeof guessed === "number") {
    const seconds = Math.ceil(guessed / 1_000);
    return seeOther(`/?wait=${seconds}`, { "retry-after": `${seconds}` });
  }
  if (!guessed) return seeOther("/?wrong");
  const value = await session(env, Date.now() + HOURS * 3_600_000);
  return seeOther("/", { "set-cookie": `${COOKIE}=${value}; Max-Age=${HOURS * 3_600}; ${FLAGS}` });
}

export function signOut(env) {
  if (!hasSessions(env)) return seeOther("/");
  return seeOther("/", { "set-cookie": `${COOKIE}=; Max-Age=0; ${FLAGS}` });
}

/** Whether it is the secret; a number where the address must wait so many milliseconds first. */
async function guess(given, request, env) {
  const guesses = env.GUESSES.get(env.GUESSES.idFromName("all"));
  const address = request.headers.get("cf-connecting-ip") ?? "unknown";
  const wait = await guesses.wait(address);
  if (wait > 0) return wait;
  const isRight = await isSame(given, env.OPERATOR_SECRET);
  if (!isRight) {
    console.warn(JSON.stringify({ event: "sign_in.wrong", address }));
    await guesses.wrong(address);
  }
  return isRight;
}

/** Only on one's own machine: `npm start` lists the addresses at which nobody signs in. */
function isOpen(request, env) {
  const { origin, hostname } = new URL(request.url);
  const isLoopback = ["127.0.0.1", "localhost"].includes(hostname);
  return isLoopback && env.OPEN_AT.split(" ").includes(origin);
}

/** When it ends, signed: the secret itself is in no cookie, and a new secret ends every session. */
async function session(env, ends) {
  const usage = { name: "HMAC", hash: "SHA-256" };
  const secret = encoder.encode(env.OPERATOR_SECRET);
  const key = await crypto.subtle.importKey("raw", secret, usage, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(`operator ${ends}`));
  return `${ends}.${hex(signature)}`;
}

async function isValidSession(value, env) {
  const ends = Number(/^(\d{13})\./.exec(value ?? "")?.[1] ?? 0);
  return ends > Date.now() && isSame(value, await session(env, ends));
}

function cookie(request) {
  const pairs = (request.headers.get("cookie") ?? "").split("; ");
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}

/** Compares the digests, so that the time it takes reveals nothing of the secret. */
async function isSame(given, expected) {
  const [a, b] = await Promise.all([given, expected].map(digest));
  return crypto.subtle.timingSafeEqual(a, b);
}

const digest = (text) => crypto.subtle.digest("SHA-256", encoder.encode(text));

const hex = (buffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

const seeOther = (location, headers) =>
  new Response(null, { status: 303, headers: { location, ...headers } });

const refusal = (status, text) => new Response(`${text}\n`, { status });
