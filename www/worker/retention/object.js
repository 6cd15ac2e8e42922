// The Durable Object of one workspace: the only one that deletes its batches in bulk.

import { DurableObject } from "cloudflare:workers";
import { readConfiguration } from "../configuration.js";
import { alert, log, logRun } from "./alert.js";
import { newJob, visible } from "./job.js";
import { Ledger } from "./ledger.js";
import { count, findStart, selection } from "./listing.js";
import { isRefused } from "./next.js";
import { run } from "./run.js";
import { Watchers } from "./watchers.js";

const DAY_MS = 86_400_000;
/** When an alarm comes again whose run was killed. A run that ends sets the time itself. */
const AFTER_KILL_MS = 30_000;
/** Counted no further: twenty requests. */
const MOST_COUNTED = 20_000;
/** One attempt: a page of a thousand batches takes some seconds. */
const ATTEMPT_MS = 20_000;
/** How long a preview is kept: requests within that time get the same one. */
const PREVIEW_LASTS_MS = 10_000;

export class Retention extends DurableObject {
  #ledger;
  #watchers = new Watchers();
  /** Aborted when somebody stops the job; of the run that is under way. */
  #stop = new AbortController();
  #isRunning = false;
  /** The preview that is being computed. */
  #preview;
  /** Starts come one after the other. */
  #starting = Promise.resolve();

  constructor(ctx, env) {
    super(ctx, env);
    this.#ledger = new Ledger(ctx.storage.sql);
    // A run that was killed: whoever wakes the object need not wait for the alarm.
    if (this.#ledger.active()?.state === "running") {
      ctx.blockConcurrencyWhile(() => ctx.storage.setAlarm(Date.now()));
    }
  }

  /** In milliseconds since 1970. */
  now() {
    return Date.now();
  }

  /** How the workspace stands. Sends no request to the API. */
  status(name) {
    const { workspace, problems } = this.#configuration(name);
    const ledger = this.#ledger;
    const active = ledger.active();
    const [last] = ledger.jobs().filter(({ finishedAt }) => finishedAt !== null);
    return {
      rule: workspace ? ruleOf(workspace) : null,
      problems,
      job: active ? visible(active) : null,
      last: last ? visible(last) : null,
      lastCronAt: ledger.get("lastCronAt") ?? null,
      cron: ledger.get("cron") ?? null,
      lastSuccessAt: ledger.get("lastSuccessAt") ?? null,
      suspended: ledger.get("suspended") ?? null,
    };
  }

  jobs() {
    return this.#ledger.jobs().map(visible);
  }

  job(id) {
    const job = this.#ledger.job(id);
    return job && { ...visible(job), failures: this.#ledger.failures(id) };
  }

  /** Counts the batches that a job would delete now, at most once in ten seconds. */
  async preview(name) {
    const kept = this.#ledger.get("preview");
    const age = this.now() - kept?.at;
    if (kept?.isFound && age >= 0 && age < PREVIEW_LASTS_MS) return kept;
    this.#preview ??= this.#count(name, this.now() - this.#workspace(name).days * DAY_MS)
      .then((preview) => {
        this.#ledger.set("preview", preview);
        return preview;
      })
      .finally(() => {
        this.#preview = undefined;
      });
    return this.#preview;
  }

  async #count(name, cutoff) {
    const { call, workspace, goesOn } = this.#access(name);
    const { cursors } = this.#ledger;
    const start = await findStart({ call, cursors, cutoff, goesOn });
    const selected = selection(workspace, cutoff);
    const found = start.isFound
      ? await count({ call, selected, cursor: start.cursor, most: MOST_COUNTED })
      : { count: 0, isCapped: true, oldest: null, newest: null, samples: [] };
    return { at: this.now(), cutoff, ...start, ...found };
  }

  /**
   * Starts a job, or joins the one that goes on.
   * @param {object} wanted
   * @param {number} [wanted.cutoff] by default that of the rule
   * @param {number} [wanted.expected] a job that would delete more is not started
   * @returns {Promise<{ job?: object, joined?: boolean, grown?: object, tooYoung?: number }>}
   */
  start(name, wanted) {
    const started = this.#starting.then(() => this.#start(name, wanted));
    this.#starting = started.catch(() => {});
    return started;
  }

  async #start(name, wanted) {
    const active = this.#ledger.active();
    if (active) return { job: visible(active), joined: true };
    const workspace = this.#workspace(name);
    const latest = this.now() - workspace.days * DAY_MS;
    const { cutoff = latest, expected } = wanted;
    if (cutoff > latest) return { tooYoung: latest };
    const found = await this.#count(name, cutoff);
    if (expected !== undefined && found.count > expected) return { grown: found };
    const job = await this.#begin(name, workspace, found, { ...wanted, cutoff });
    return { job: visible(job), joined: false };
  }

  async #begin(name, workspace, found, wanted) {
    const { cutoff, expected: limit, startedBy, dry = false } = wanted;
    const rule = ruleOf(workspace);
    const now = this.now();
    const job = this.#ledger.begin(newJob({ rule, cutoff, limit, found, startedBy, dry, now }));
    this.#ledger.set("name", name);
    this.#ledger.set("preview", undefined);
    this.#ledger.set("suspended", undefined);
    log("retention.start", {
      workspace: name,
      job: job.id,
      cutoff,
      expected: job.expected,
      dry: job.dry,
      startedBy,
    });
    await this.ctx.storage.setAlarm(Date.now());
    return job;
  }

  /** The hourly run: starts a job, unless one goes on or the key is refused. */
  async cron(name, cron) {
    const ledger = this.#ledger;
    ledger.set("lastCronAt", this.now());
    ledger.set("cron", cron);
    if (ledger.get("suspended") && !(await this.#works(name))) return;
    try {
      await this.start(name, { startedBy: "cron", dry: this.#workspace(name).dry });
    } catch (error) {
      if (isRefused(error)) this.#suspend(error);
      await this.#failed({ workspace: name, error: errorOf(error) });
    }
  }

  /** Whether the key is accepted again: one request. */
  async #works(name) {
    const { call } = this.#access(name);
    try {
      const selected = { limit: 1, pageSize: 1, maxRetries: 0 };
      await count({ call, selected, cursor: undefined, most: 0 });
      this.#ledger.set("suspended", undefined);
      return true;
    } catch (error) {
      this.#suspend(error);
      log("retention.suspended", { workspace: name, error: errorOf(error) });
      return false;
    }
  }

  #suspend(error) {
    const { since = this.now() } = this.#ledger.get("suspended") ?? {};
    this.#ledger.set("suspended", { since, error: errorOf(error) });
  }

  async stop(id, stoppedBy) {
    const job = this.#ledger.active();
    if (job?.id !== id) return this.job(id);
    log("retention.stop", { workspace: this.#ledger.get("name"), job: id, stoppedBy });
    this.#stop.abort();
    // Between two runs, an alarm ends it.
    if (!this.#isRunning) {
      this.#ledger.set("stop", id);
      await this.ctx.storage.setAlarm(Date.now());
    }
    return this.job(id);
  }

  async alarm() {
    const job = this.#ledger.active();
    if (!job || this.#isRunning) return;
    this.#isRunning = true;
    this.#stop = new AbortController();
    if (this.#ledger.get("stop") === job.id) this.#stop.abort();
    // Before the work: a runtime that is killed in the middle comes back to it.
    await this.ctx.storage.setAlarm(Date.now() + AFTER_KILL_MS);
    try {
      await this.#run(job);
    } finally {
      this.#isRunning = false;
    }
    const { nextRunAt } = this.#ledger.active() ?? {};
    if (nextRunAt === undefined) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(Date.now() + Math.max(nextRunAt - this.now(), 0));
  }

  async #run(job) {
    const name = this.#ledger.get("name");
    const began = this.now();
    let ended;
    try {
      const { call, limits } = this.#access(name);
      ended = await run({
        ...{ job, call, limits },
        rule: job.rule,
        ledger: this.#ledger,
        stop: this.#stop.signal,
        now: () => this.now(),
        onFlush: (flushed) => this.#watchers.send(visible(flushed)),
      });
    } catch (error) {
      // The configuration changed under the job, or this code has a fault: the job ends with the message.
      Object.assign(job, { state: "failed", nextRunAt: null, finishedAt: this.now() });
      ended = { attempts: 0, error };
    }
    if (ended.error) job.lastError = errorOf(ended.error);
    this.#ledger.save(job);
    if (ended.isSuspended) this.#suspend(ended.error);
    const isOver = job.finishedAt !== null;
    const failures = isOver ? this.#ledger.failures(job.id) : [];
    const { attempts } = ended;
    logRun({ workspace: name, job, attempts, ms: this.now() - began, failures });
    this.#watchers.send(visible(job));
    if (isOver) await this.#finish(name, job, failures);
  }

  async #finish(name, job, failures) {
    this.#ledger.set("inHand", undefined);
    this.#ledger.set("stop", undefined);
    if (job.state === "done" && job.failed === 0) this.#ledger.set("lastSuccessAt", this.now());
    const isWell = job.state === "stopped" || (job.state === "done" && job.failed === 0);
    if (isWell) return;
    const { id, state, deleted, failed, lastError } = job;
    const kinds = failures.map(({ code, count }) => ({ code, count }));
    await this.#failed({
      workspace: name,
      job: id,
      state,
      deleted,
      failed,
      error: lastError,
      kinds,
    });
  }

  async #failed(fields) {
    log("retention.failed", fields);
    await alert(readConfiguration(this.env).alertUrl, { event: "retention.failed", ...fields });
  }

  /** A stream of server-sent events: the job now, then each change, until it has ended. */
  fetch(request) {
    const job = this.#ledger.job(Number(new URL(request.url).searchParams.get("job")));
    if (!job) return new Response(null, { status: 404 });
    return this.#watchers.open(visible(job));
  }

  #configuration(name) {
    const { workspaces, problems, limits } = readConfiguration(this.env);
    return { workspace: workspaces.find((one) => one.name === name), problems, limits };
  }

  #workspace(name) {
    const { workspace, problems } = this.#configuration(name);
    if (problems.length > 0) throw new Error(problems.join("; "));
    if (!workspace) throw new Error(`there is no rule for the workspace "${name}"`);
    return workspace;
  }

  #access(name) {
    const workspace = this.#workspace(name);
    const { limits } = this.#configuration(name);
    let attempts = 0;
    const call = {
      ...workspace.credential,
      baseURL: this.env.ANTHROPIC_BASE_URL || undefined,
      timeout: ATTEMPT_MS,
      onAttempt: () => {
        attempts += 1;
      },
    };
    return { workspace, limits, call, goesOn: () => attempts < limits.requests };
  }
}

const ruleOf = ({ days, by, dry }) => ({ days, by, dry });

const errorOf = ({ code = "internal", message, status, requestId }) => ({
  ...{ code, message },
  ...{ status: status ?? null, requestId: requestId ?? null },
});
