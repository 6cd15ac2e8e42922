// A relay in Deno: deno run --allow-net --allow-env deno-server.js
// Environment: ANTHROPIC_API_KEY, RELAY_TOKEN, PORT.

import { createRelay } from "delete-message-batch";

const relay = createRelay({
  apiKey: Deno.env.get("ANTHROPIC_API_KEY"),
  baseURL: Deno.env.get("ANTHROPIC_BASE_URL"),
  basePath: "/api",
  // Your own sign-in belongs here: a client that passes it can delete batches. No token: no client passes.
  authorize: async ({ headers }) =>
    (await digest(headers.get("authorization"))) ===
    (await digest(`Bearer ${Deno.env.get("RELAY_TOKEN") || crypto.randomUUID()}`)),
});

async function digest(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(bytes).join();
}

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.env.get("PORT") ?? 8787) }, relay);
