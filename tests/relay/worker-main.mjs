// A worker that is nothing but a relay.

import { relayTo } from "./options.mjs";

let relay;

export default {
  fetch(request, env) {
    relay ??= relayTo(env.UPSTREAM);
    return relay(request);
  },
};
