// The relay of the tests, whatever it runs in.

import { createRelay } from "delete-message-batch";

export const SECRET = "sk-ant-THE-SECRET";
export const SIGNED_IN = ["authorization", "Bearer visitor"];
export const APP = "https://app.example";

/** A relay in front of that base URL; a visitor signs in with SIGNED_IN. */
export function relayTo(baseURL, more = {}) {
  return createRelay({
    apiKey: SECRET,
    baseURL,
    basePath: "/api",
    allowedOrigins: [APP],
    allowedWorkspaces: ["wrkspc_allowed"],
    authorize: (request) => request.headers.get("authorization") === SIGNED_IN[1],
    ...more,
  });
}
