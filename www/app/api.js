// The package, with the relay as its server.

import { deleteBatch, deleteBatches, listBatches, retrieveBatch } from "/pkg/entry/url.js";
import { RELAY } from "./workspace.js";

export { ANTHROPIC_BETAS, isBatchError } from "/pkg/entry/url.js";

/** The most that the API sends at once. */
const PAGE_SIZE = 1_000;

export const remove = (id, options) => deleteBatch(id, { ...options, baseURL: RELAY });

export const removeAll = (ids, options) => deleteBatches(ids, { ...options, baseURL: RELAY });

export const retrieve = (id, options) => retrieveBatch(id, { ...options, baseURL: RELAY });

/** The batches, newest first. */
export const list = (options) => listBatches({ ...options, baseURL: RELAY, pageSize: PAGE_SIZE });
