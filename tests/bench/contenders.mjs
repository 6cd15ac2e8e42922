// The contenders, each as a function that deletes one batch. Runs in every runtime.

import Anthropic from "@anthropic-ai/sdk";
import { deleteBatch } from "delete-message-batch";
import { deleteBatch as deleteByCore } from "delete-message-batch/core";

export const ID = "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF";
const BETAS = ["message-batches-2024-09-24"];
const KEY = `sk-ant-api03-${"x".repeat(95)}`;
const BODY = JSON.stringify({ id: ID, type: "message_batch_deleted" });
const HEADERS = {
  "content-type": "application/json",
  "content-length": `${BODY.length}`,
  "request-id": "req_011CSHoEeqs5C35K2UUqR7Fy",
};

/** A fetch that responds to every request as the API does, at once. */
export async function stubbedFetch() {
  return new Response(BODY, { headers: HEADERS });
}

/** `{ bare, core, ours, sdk }`: each takes an id, and uses the global `fetch`, as most callers do. */
export function contenders({ fetch = stubbedFetch, baseURL = "https://api.anthropic.com" } = {}) {
  globalThis.fetch = fetch;
  const common = { baseURL, apiKey: KEY, dangerouslyAllowBrowser: true };
  const client = new Anthropic(common);
  return {
    async bare(id) {
      const response = await fetch(`${baseURL}/v1/messages/batches/${id}?beta=true`, {
        method: "DELETE",
        headers: {
          accept: "application/json",
          "anthropic-version": "2023-06-01",
          "anthropic-beta": BETAS[0],
          "x-api-key": KEY,
        },
      });
      if (!response.ok) throw new Error(`${response.status}`);
      return response.json();
    },
    core: (id) => deleteByCore(id, { ...common, betas: BETAS }),
    ours: (id) => deleteBatch(id, { ...common, betas: BETAS }),
    sdk: (id) => client.beta.messages.batches.delete(id, { betas: BETAS }),
  };
}

/** Deletes `count` batches of the stubbed API with one contender, one after the other. */
export async function deleteMany(name, count) {
  const remove = contenders()[name];
  for (let left = count; left > 0; left -= 1) await remove(ID);
}
