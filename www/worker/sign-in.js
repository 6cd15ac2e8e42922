// Who gets in: by a shared secret (a cookie, or a bearer token), or by Cloudflare Access.
// Where neither is configured, nobody does.

import { isFromAccess } from "./access.js";

const COOKIE = "__Host-operator";
const HOURS = 12;

const encoder = new TextEncoder();

/** The response to every request where there is no way to sign in, or the wrong name was asked. */
export function whyClosed(request, env) {
  if (env.OPEN_AT) {
    // A foreign name that resolves to this machine would make a foreign page same-origin.
    return isOpen(request, env) ? undefined : words(421, "This is another address.");
  }
  if (env.OPERATOR_SECRET || (env.ACCESS_TEAM && env.ACCESS_AUDIENCE)) return undefined;
  return words(503, "Nobody can sign in: set OPERATOR_SECRET, or ACCESS_TEAM and ACCESS_AUDIENCE.");
}

export async function isSignedIn(request, env) {
  if (env.OPEN_AT) return isOpen(request, env);
  if (env.ACCESS_TEAM && env.ACCESS_AUDIENCE) return isFromAccess(request, env);
  if (!env.OPERATOR_SECRET) return false;
  const [, token] = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
  if (token) return isSame(token, env.OPERATOR_SECRET);
  return isValidSession(cookie(request), env);
}

/** The form of sign-in.html. */
export async function signIn(request, env) {
  const back = { location: "/" };
  if (request.method !== "POST" || !env.OPERATOR_SECRET) {
    return new Response(null, { status: 303, headers: back });
  }
  const given = new URLSearchParams((await request.text()).slice(0, 4_096)).get("secret") ?? "";
  if (!(await isSame(given, env.OPERATOR_SECRET))) {
    return new Response(null, { status: 303, headers: { location: "/?wrong" } });
  }
  const value = await session(env, Date.now() + HOURS * 3_600_000);
  const flags = `Path=/; Max-Age=${HOURS * 3_600}; Secure; HttpOnly; SameSite=Strict`;
  const headers = { ...back, "set-cookie": `${COOKIE}=${value}; ${flags}` };
  return new Response(null, { status: 303, headers });
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

function words(status, text) {
  return new Response(`${text}\n`, { status });
}
