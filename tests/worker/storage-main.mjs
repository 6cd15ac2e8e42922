// The Worker with an object whose SQLite a test can change by hand, and whose record it can break and fill.

import { Retention } from "../../www/worker/retention/object.js";
import worker from "../../www/worker/worker.js";

/** True while writes of the record throw. */
let isBroken = false;

class Opened extends Retention {
  constructor(ctx, env) {
    const { sql } = ctx.storage;
    const exec = sql.exec.bind(sql);
    sql.exec = (query, ...bindings) => {
      if (isBroken && /^\s*INSERT INTO chain/.test(query)) throw new Error("disk I/O error");
      return exec(query, ...bindings);
    };
    super(ctx, env);
  }

  rows(query) {
    return this.ctx.storage.sql.exec(query).toArray();
  }

  /** Appends entries as a job does, 200 at a time. */
  async fill(count) {
    const rule = { days: 14, by: "created", dry: false };
    const times = { created: "2026-11-01T00:00:00.123456Z", ended: "2026-11-01T01:00:00.123456Z" };
    for (let done = 0; done < count; done += 200) {
      const entries = Array.from({ length: Math.min(200, count - done) }, (_, index) => ({
        ...{
          event: "delete",
          actor: "cron",
          id: `msgbatch_01${`${done + index}`.padStart(22, "0")}`,
        },
        ...{ outcome: "deleted", requestId: `req_01${`${done + index}`.padStart(22, "0")}` },
        ...{ ...times, job: 1 + Math.floor(done / 10_000), rule },
      }));
      this.chain.append(entries);
    }
    return this.chain.seal();
  }

  size() {
    return this.ctx.storage.sql.databaseSize;
  }
}

export { Guesses } from "../../www/worker/guesses.js";
export { Opened as Retention };

const CONTROLS = {
  "/_sql": async (object, request) => object.rows(await request.text()),
  "/_break": async (_, request) => {
    isBroken = (await request.text()) === "true";
    return isBroken;
  },
  "/_fill": async (object, request) => object.fill(Number(await request.text())),
  "/_prune": async (object, request) => object.keepRecord("default", Number(await request.text())),
  "/_size": (object) => object.size(),
};

export default {
  ...worker,
  async fetch(request, env, context) {
    const control = CONTROLS[new URL(request.url).pathname];
    if (!control) return worker.fetch(request, env, context);
    const object = env.RETENTION.get(env.RETENTION.idFromName("default"));
    return Response.json((await control(object, request)) ?? null);
  },
};
