// Cloudflare Access signs its requests. The signature is checked, because a Worker may have
// addresses that Access does not guard.

import { createRemoteJWKSet, jwtVerify } from "jose";
import { accessRoleOf } from "./operators.js";

const LONGEST = 8_192;
const LEEWAY_S = 60;

/** The team's keys. jose caches them only if they are valid, and fetches them again for an unknown key id. */
let keys = { issuer: undefined, get: undefined };

/**
 * Returns the operator of a valid Access token, by the e-mail address, else the subject, with the role of ACCESS_ROLES.
 * @returns {Promise<{ operator?: string, role?: string }>} neither without such a token
 */
export async function fromAccess(request, env) {
  const token = request.headers.get("cf-access-jwt-assertion") ?? "";
  if (token.length === 0 || token.length > LONGEST) return {};
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
    const operator = payload.email ?? payload.sub ?? "access";
    return { operator, role: accessRoleOf(payload, env) };
  } catch {
    // The token is not valid, or there are no keys to check it: the request is refused.
    return {};
  }
}
