// Requests to delete a batch that is not there: by bare fetch, or through the package.

import { deleteBatch } from "delete-message-batch";
import { newWorld } from "../runtimes/world.mjs";

const AT_ONCE = 16;
const ID = "msgbatch_none";
const KEY = "sk-test-SECRET";

const KINDS = {
  bare: async (url) => {
    const headers = { "x-api-key": KEY, "anthropic-version": "2023-06-01" };
    const response = await fetch(`${url}/v1/messages/batches/${ID}`, { method: "DELETE", headers });
    await response.text();
  },
  package: (url) => deleteBatch(ID, { baseURL: url, apiKey: KEY, ifMissing: "ignore" }),
};

export default {
  async fetch(request) {
    const { kind, count, origin } = await request.json();
    const world = newWorld(origin);
    await world.settings({ recording: false });
    let left = count;
    const work = async () => {
      for (; left > 0; left -= 1) await KINDS[kind](world.url);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await world.reset();
    return Response.json({});
  },
};
