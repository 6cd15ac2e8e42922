// Recognizes a credential without storing it.

/**
 * Returns a fingerprint of a credential and of the server that it is for. It has a salt, so that a key
 * can't be looked up by it.
 */
export async function fingerprintOf(salt, credential, baseURL) {
  const text = JSON.stringify([salt, baseURL ?? "", credential]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
