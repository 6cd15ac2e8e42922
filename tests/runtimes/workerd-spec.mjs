// A worker that runs cases of the specification: one request, one share of the cases.

import { resendCalls } from "./resend-calls.mjs";
import { runSpec } from "./run-spec.mjs";
import { newWorld } from "./world.mjs";

/** The worker of one of the package's entries. */
export const worker = (api) => ({
  async fetch(request) {
    const { path, ...settings } = await request.json();
    return Response.json(await actions(api)[path](settings));
  },
});

const actions = (api) => ({
  spec: (settings) => runSpec({ api, runtime: { name: "workerd", page: false }, ...settings }),

  resend: ({ origin }) => resendCalls(api, origin),

  /** The calls of one visitor of a worker: some deletes at the same time. */
  async deletes({ origin, count }) {
    const world = newWorld(origin);
    const { batches } = await world.create({ count });
    const options = { baseURL: world.url, apiKey: "sk-test-SECRET" };
    const results = await Promise.allSettled(batches.map(({ id }) => api.deleteBatch(id, options)));
    const { deleted } = await world.batches();
    return {
      deleted: deleted.length,
      failures: results.filter(({ reason }) => reason).map(({ reason }) => String(reason)),
    };
  },
});
