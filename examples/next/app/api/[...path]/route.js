// app/api/[...path]/route.js: the relay, as a route handler. Environment: ANTHROPIC_API_KEY, SESSION.

import { createHash, timingSafeEqual } from "node:crypto";
import { createRelay } from "delete-message-batch";

const digest = (text) => createHash("sha256").update(`${text}`).digest();

const relay = createRelay({
  // A function, because a build has no key.
  apiKey: () => process.env.ANTHROPIC_API_KEY,
  basePath: "/api",
  // Your own sign-in belongs here: a client that passes it can delete batches.
  authorize: ({ cookies }) => {
    const { SESSION } = process.env;
    const given = cookies.get("session")?.value;
    return Boolean(SESSION) && timingSafeEqual(digest(given), digest(SESSION));
  },
});

export { relay as DELETE, relay as GET, relay as OPTIONS, relay as POST };
