// The Worker with a clock that a test sets, and whose alarms come only when the test says.

import { Guesses } from "../../www/worker/guesses.js";
import { Retention } from "../../www/worker/retention/object.js";
import worker from "../../www/worker/worker.js";

let offsetMs = 0;

/** Its clock stands still between two settings. */
class ClockedGuesses extends Guesses {
  now() {
    return Date.UTC(2026, 10, 1) + offsetMs;
  }
}

class Clocked extends Retention {
  #inRun = false;

  now() {
    return Date.now() + offsetMs;
  }

  /** Runs once, as an alarm that is due would. */
  async runOnce() {
    this.#inRun = true;
    try {
      await super.alarm();
    } finally {
      this.#inRun = false;
    }
  }

  async alarm() {
    // Alarms of the runtime's own clock mean nothing here.
    if (this.#inRun) await super.alarm();
  }
}

export { Clocked as Retention, ClockedGuesses as Guesses };

export default {
  ...worker,
  async fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/_clock") {
      offsetMs = Number(searchParams.get("offset"));
      return new Response();
    }
    if (pathname === "/_run") {
      await env.RETENTION.get(env.RETENTION.idFromName("default")).runOnce();
      return new Response();
    }
    return worker.fetch(request, env, context);
  },
};
