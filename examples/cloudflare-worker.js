// A relay as a Cloudflare Worker. Secrets: ANTHROPIC_API_KEY, RELAY_TOKEN. A visitor's page calls:
// deleteBatch(id, { baseURL: "/api", authToken: token, dangerouslyAllowBrowser: true })
import { createRelay } from "delete-message-batch";

let relay;

export default {
  fetch(request, env) {
    const token = env.RELAY_TOKEN || crypto.randomUUID();
    relay ??= createRelay({
      apiKey: env.ANTHROPIC_API_KEY,
      baseURL: env.ANTHROPIC_BASE_URL,
      basePath: "/api",
      // Your own sign-in belongs here: a client that passes it can delete batches. No token: no client passes.
      authorize: ({ headers }) => isSame(headers.get("authorization"), `Bearer ${token}`),
    });
    return relay(request);
  },
};

async function isSame(...texts) {
  const digest = (text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return crypto.subtle.timingSafeEqual(...(await Promise.all(texts.map(digest))));
}
