// The soak in a worker by bare fetch.

import { bareApi } from "./bare-api.mjs";
import { round } from "./round.mjs";

export default {
  async fetch(request) {
    const { run } = await request.json();
    return Response.json(run ? await round({ api: bareApi, ...run }) : {});
  },
};
