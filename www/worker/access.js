// Cloudflare Access signs who it let through. The signature is checked, because a Worker may have
// addresses that Access does not guard.

const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const KEYS_LAST_MS = 3_600_000;
const LEEWAY_S = 60;

let keys = { of: undefined, until: 0, list: [] };

export async function isFromAccess(request, env) {
  const token = request.headers.get("cf-access-jwt-assertion") ?? "";
  if (token.length > 8_192) return false;
  try {
    const [header, payload, signature, ...rest] = token.split(".");
    const { alg, kid } = json(header);
    const issuer = `https://${env.ACCESS_TEAM}.cloudflareaccess.com`;
    const key = (await keysOf(issuer, kid)).find((one) => one.kid === kid);
    if (alg !== "RS256" || !key || rest.length > 0) return false;
    const usable = await crypto.subtle.importKey("jwk", key, ALGORITHM, false, ["verify"]);
    const signed = new TextEncoder().encode(`${header}.${payload}`);
    if (!(await crypto.subtle.verify(ALGORITHM, usable, bytes(signature), signed))) return false;
    const { iss, aud, exp, nbf = 0 } = json(payload);
    const now = Date.now() / 1_000;
    const isInTime = exp + LEEWAY_S > now && nbf - LEEWAY_S <= now;
    return iss === issuer && [aud].flat().includes(env.ACCESS_AUDIENCE) && isInTime;
  } catch {
    // Not a token at all, or no keys to check it with: nobody gets in by that.
    return false;
  }
}

/** The team's keys. They change every few weeks; a key that is not known yet is looked for once. */
async function keysOf(issuer, kid) {
  const isFresh = keys.of === issuer && keys.until > Date.now();
  if (isFresh && keys.list.some((key) => key.kid === kid)) return keys.list;
  if (isFresh && keys.until > Date.now() + KEYS_LAST_MS - 60_000) return keys.list;
  const response = await fetch(`${issuer}/cdn-cgi/access/certs`, { redirect: "manual" });
  const { keys: list } = await response.json();
  keys = { of: issuer, until: Date.now() + KEYS_LAST_MS, list };
  return list;
}

const json = (part) => JSON.parse(new TextDecoder().decode(bytes(part)));

const bytes = (part) =>
  Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
