// The Vercel example as a worker: Vercel calls the default export itself.

import relay from "../../examples/vercel-edge.js";

export default { fetch: (request) => relay(request) };
