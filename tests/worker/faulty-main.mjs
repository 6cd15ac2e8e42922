// The Worker with a storage that a test makes fail: writes of SQLite that throw, an alarm that is lost.

import { Retention } from "../../www/worker/retention/object.js";
import worker from "../../www/worker/worker.js";

const WRITE = /^\s*(INSERT|UPDATE|DELETE)/i;

/** After `after` writes, `times` writes throw. */
let after = 0;
let times = 0;
let thrown = 0;

class Faulty extends Retention {
  constructor(ctx, env) {
    const { sql } = ctx.storage;
    const exec = sql.exec.bind(sql);
    sql.exec = (query, ...bindings) => {
      if (times > 0 && WRITE.test(query)) {
        after -= 1;
        if (after < 0) {
          times -= 1;
          thrown += 1;
          throw new Error("disk I/O error");
        }
      }
      return exec(query, ...bindings);
    };
    super(ctx, env);
  }

  async loseAlarm() {
    await this.ctx.storage.deleteAlarm();
  }

  alarmAt() {
    return this.ctx.storage.getAlarm();
  }
}

export { Guesses } from "../../www/worker/guesses.js";
export { Faulty as Retention };

export default {
  ...worker,
  async fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    const object = env.RETENTION.get(env.RETENTION.idFromName("default"));
    if (pathname === "/_break") {
      after = Number(searchParams.get("after"));
      times = Number(searchParams.get("times"));
      return Response.json(thrown);
    }
    if (pathname === "/_lose-alarm") {
      await object.loseAlarm();
      return Response.json(null);
    }
    if (pathname === "/_alarm") return Response.json(await object.alarmAt());
    return worker.fetch(request, env, context);
  },
};
