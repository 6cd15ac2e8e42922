// A relay as a Vercel Edge function: api/[...path].js. Environment: ANTHROPIC_API_KEY, RELAY_TOKEN.

import { createRelay } from "delete-message-batch";

export const config = { runtime: "edge" };

export default createRelay({
  apiKey: () => process.env.ANTHROPIC_API_KEY,
  baseURL: process.env.ANTHROPIC_BASE_URL,
  basePath: "/api",
  // Your own sign-in belongs here: a client that passes it can delete batches. No token: no client passes.
  authorize: async ({ headers }) =>
    (await digest(headers.get("authorization"))) ===
    (await digest(`Bearer ${process.env.RELAY_TOKEN || crypto.randomUUID()}`)),
});

async function digest(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(bytes).join();
}
