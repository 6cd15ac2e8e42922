// A caller of the package whose own `fetch` responds: no server can choose the moments that these tests need.

import assert from "node:assert/strict";
import { deleteBatch } from "delete-message-batch";

export const ID = "msgbatch_1";
export const REASON = { name: "the caller's own reason" };
export const pending = () => new Promise(() => {});
export const json = (value, init) => Response.json(value, init);
export const deleted = (url) => json({ id: idOf(url), type: "message_batch_deleted" });
export const idOf = (url) => new URL(url).pathname.split("/")[4];
export const batch = (id, status = "ended") => ({
  id,
  type: "message_batch",
  processing_status: status,
  created_at: "2026-01-01T00:00:00Z",
  ended_at: status === "ended" ? "2026-01-02T00:00:00Z" : null,
});
export const page = (count) =>
  json({
    data: Array.from({ length: count }, (_, index) => batch(`msgbatch_${index}`)),
    has_more: false,
    last_id: `msgbatch_${count - 1}`,
  });

/** Options of a call whose fetch counts, and whose signal `abort` aborts. */
export function options(respond, more = {}) {
  const controller = new AbortController();
  const given = {
    baseURL: "http://127.0.0.1:9",
    apiKey: "k",
    signal: controller.signal,
    fetch: (url, init) => {
      given.sent += 1;
      return respond(url, init, abort);
    },
    ...more,
    sent: 0,
  };
  const abort = () => controller.abort(REASON);
  Object.defineProperty(given, "sent", { enumerable: false, writable: true, value: 0 });
  return { given, abort };
}

/** Asserts that the next call works, so that the moment had no lasting effect. */
export async function works() {
  const { given } = options((url) => deleted(url));
  assert.deepEqual(await deleteBatch(ID, given), { id: ID, type: "message_batch_deleted" });
}

export async function assertAborts(promise) {
  await assert.rejects(promise, (thrown) => thrown === REASON);
  await works();
}

export const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
export const busy = () =>
  json({ error: { type: "api_error" } }, { status: 503, headers: { "retry-after": "30" } });
