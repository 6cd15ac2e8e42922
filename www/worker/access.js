// Cloudflare Access signs its requests. The signature is checked, because a Worker may have
// addresses that Access does not guard.

import { createRemoteJWKSet, jwtVerify } from "jose";

const LONGEST = 8_192;
const LEEWAY_S = 60;

/** The team's keys. jose keeps them only when they are valid, and looks again for an unknown one. */
let keys = { issuer: undefined, get: undefined };

/** The e-mail address, else the subject, of a valid Access token; `undefined` without one. */
export async function fromAccess(request, env) {
  const token = request.headers.get("cf-access-jwt-assertion") ?? "";
  if (token.length === 0 || token.length > LONGEST) return undefined;
  const issuer = `https://${env.ACCESS_TEAM}.cloudflareaccess.com`;
  if (keys.issuer !== issuer) {
    keys = { issuer, get: createRemoteJWKSet(new URL(`${issuer}/cdn-cgi/access/certs`)) };
  }
  try {
    const { payload } = await jwtVerify(token, keys.get, {
      issuer,
      audience: env.ACCESS_AUDIENCE,
      algorithms: ["RS256"],
      clockTolerance: LEEWAY_S,
      requiredClaims: ["exp"],
    });
    return payload.email ?? payload.sub ?? "access";
  } catch {
    // The token is not valid, or there are no keys to check it: the request is refused.
    return undefined;
  }
}
