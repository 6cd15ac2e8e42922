// The server, the workspace and the credential of a job: its journal is valid only for them, and a question names them.

import { createHmac, randomBytes } from "node:crypto";
import { deleteBatches } from "../entry/node.js";

/**
 * Resolves with `{ server, workspace, fingerprint }`. The library builds one request with the options, so that
 * its own rules about the environment apply; the request is not sent.
 */
export async function identityOf(library) {
  let request;
  await deleteBatches(["probe"], {
    ...library,
    onAttempt: undefined,
    async fetch(url, { headers }) {
      request = { url: new URL(url), headers: new Headers(headers) };
      return Response.json({ id: "probe", type: "message_batch_deleted" });
    },
  });
  const { url, headers } = request;
  const base = url.href.slice(0, url.href.lastIndexOf("/probe"));
  const credential = headers.get("x-api-key") ?? headers.get("authorization") ?? "";
  const workspace = headers.get("anthropic-workspace-id");
  const parts = [base, credential, workspace];
  return {
    // The path of a gateway may be a secret: it counts only in the fingerprint.
    server: url.origin,
    workspace,
    fingerprint: (salt) =>
      createHmac("sha256", Buffer.from(salt, "hex"))
        .update(JSON.stringify(parts))
        .digest("hex")
        .slice(0, 32),
  };
}

export const newSalt = () => randomBytes(16).toString("hex");
