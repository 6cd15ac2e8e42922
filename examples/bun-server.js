// A relay in Bun: bun bun-server.js
// Environment: ANTHROPIC_API_KEY, RELAY_TOKEN, PORT.

import { timingSafeEqual } from "node:crypto";
import { createRelay } from "delete-message-batch";

const expected = digest(`Bearer ${Bun.env.RELAY_TOKEN || crypto.randomUUID()}`);

const relay = createRelay({
  apiKey: Bun.env.ANTHROPIC_API_KEY,
  baseURL: Bun.env.ANTHROPIC_BASE_URL,
  basePath: "/api",
  // Your own sign-in belongs here: a client that passes it can delete batches. No token: no client passes.
  authorize: ({ headers }) => timingSafeEqual(digest(headers.get("authorization")), expected),
});

function digest(text) {
  return new Bun.CryptoHasher("sha256").update(text ?? "").digest();
}

Bun.serve({ hostname: "127.0.0.1", port: Bun.env.PORT ?? 8787, fetch: (page) => relay(page) });
