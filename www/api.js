// The package, and the relay that it talks to: the page's own origin, which adds the key.

import { deleteBatch, deleteBatches, listBatches, retrieveBatch } from "/pkg/entry/url.js";

export { ANTHROPIC_BETAS, isBatchError } from "/pkg/entry/url.js";

export const RELAY = "/api";

/** As many as the API sends at once. */
const PAGE_SIZE = 1_000;

export const remove = (id, options) => deleteBatch(id, { ...options, baseURL: RELAY });

export const removeAll = (ids, options) => deleteBatches(ids, { ...options, baseURL: RELAY });

export const retrieve = (id, options) => retrieveBatch(id, { ...options, baseURL: RELAY });

/**
 * The batches, newest first. `after`, where given, is the one that was read last.
 * @param {{ after?: string, isMended?: boolean, signal?: AbortSignal }} wanted
 */
export const list = ({ isMended, ...options }) =>
  listBatches({
    ...options,
    baseURL: RELAY,
    pageSize: PAGE_SIZE,
    ...(isMended && { fetch: fetchMended }),
  });

/** The package refuses a page with something that is no batch; here that becomes an odd batch. */
async function fetchMended(url, init) {
  const response = await fetch(url, init);
  if (!response.ok) return response;
  const text = await response.text();
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    // The package says so.
  }
  if (!Array.isArray(body?.data)) return new Response(text, response);
  body.data = body.data.map(mended);
  return Response.json(body, { headers: response.headers });
}

let odd = 0;

function mended(item) {
  if (typeof item?.id === "string") return item;
  odd += 1;
  return { id: `no-batch-${odd}`, isNoBatch: true, received: JSON.stringify(item) };
}
