// The package, and the relay that it talks to: the page's own origin, which adds the key.

import { deleteBatch, retrieveBatch } from "/pkg/entry/url.js";

export { ANTHROPIC_BETAS, isBatchError } from "/pkg/entry/url.js";

const RELAY = "/api";

export const remove = (id, options) => deleteBatch(id, { ...options, baseURL: RELAY });

export const retrieve = (id) => retrieveBatch(id, { baseURL: RELAY });

/**
 * One page of the list, newest first.
 * @returns {Promise<{ data: object[], has_more: boolean }>}
 */
export async function list({ limit, after }) {
  const query = new URLSearchParams({ limit });
  if (after) query.set("after_id", after);
  const response = await fetch(`${RELAY}/v1/messages/batches?${query}`).catch((cause) => {
    throw new ListError("The server that you started does not respond. Is it still running?", {
      cause,
    });
  });
  const body = await response.json().catch(() => undefined);
  if (response.ok && Array.isArray(body?.data)) return body;
  throw new ListError(body?.error?.message ?? "The response makes no sense.", {
    status: response.status,
    requestId: response.headers.get("request-id") ?? body?.request_id,
  });
}

/** Why there is no list. */
export class ListError extends Error {
  constructor(message, { cause, status, requestId }) {
    super(message, { cause });
    this.status = status;
    this.requestId = requestId;
  }
}
