// The Durable Object of one workspace: the only one that deletes its batches in bulk.

import { listBatches } from "delete-message-batch";
import { baseUrlOf, readConfiguration } from "../configuration.js";
import { jobEnded, jobStarted, jobStopped } from "../record/entries.js";
import { Recorded } from "../record/object.js";
import { abandon } from "./abandon.js";
import { alert, log, logRun } from "./alert.js";
import { fingerprintOf } from "./credential.js";
import { newJob, visible } from "./job.js";
import { Ledger, LedgerError } from "./ledger.js";
import { isRefused } from "./next.js";
import { Preview } from "./preview.js";
import { isOfRule, restriction } from "./rule.js";
import { longestRunMs, run } from "./run.js";
import { readVitals } from "./vitals.js";
import { Watchers } from "./watchers.js";

const DAY_MS = 86_400_000;
/** The delay of the next run if the end of a run could not be written. */
const AFTER_FAULT_MS = 30_000;
/** An alarm that differs by more from the time of the next run is lost, or was set by a wrong clock. */
const ALARM_TOLERANCE_MS = 60_000;
/** The limit of an attempt to read a page: a page of a thousand batches takes some seconds. */
const ATTEMPT_MS = 20_000;
/** The tolerance between a confirmed cutoff and the API's clock: the job takes the earlier one. */
const CLOCK_TOLERANCE_MS = 60_000;

export class Retention extends Recorded {
  #ledger;
  #watchers = new Watchers();
  /** The stop of the current run: an operator aborts it. */
  #stop = new AbortController();
  #isRunning = false;
  #preview;
  /** Starts run one after the other. */
  #starting = Promise.resolve();

  constructor(ctx, env) {
    super(ctx, env);
    this.#ledger = new Ledger(ctx.storage);
    this.#preview = new Preview(this.#ledger, () => this.now());
    const state = this.#ledger.active()?.state;
    // A run that was killed: the request that starts this object need not wait for the alarm.
    if (state === "running") ctx.blockConcurrencyWhile(() => ctx.storage.setAlarm(Date.now()));
    if (state === "waiting") ctx.blockConcurrencyWhile(() => this.#arm());
  }

  /** Sets the alarm of the active job if it is missing or overdue: without it, the job never ends. */
  async #arm() {
    const job = this.#ledger.active();
    if (!job || this.#isRunning) return;
    const now = Date.now();
    const due = now + Math.max(job.nextRunAt - this.now(), 0);
    const alarm = await this.ctx.storage.getAlarm();
    const [earliest, latest] = [now - ALARM_TOLERANCE_MS, due + ALARM_TOLERANCE_MS];
    if (alarm === null || alarm < earliest || alarm > latest) await this.ctx.storage.setAlarm(due);
  }

  /** Returns the state of the workspace. Sends no request to the API. */
  status(name) {
    const { workspace, problems } = this.#noteRule(name);
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

  /** Returns the facts that a monitor reads. */
  vitals(name) {
    const { workspace } = this.#configuration(name);
    return readVitals(this.#ledger, workspace ? ruleOf(workspace) : null);
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
    return this.#preview.read(this.#access(name));
  }

  /**
   * Starts a job, or joins the active one.
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
    if (active) {
      await this.#arm();
      return { job: visible(active), joined: true };
    }
    const workspace = this.#workspace(name);
    this.#noteRule(name);
    const latest = this.now() - workspace.days * DAY_MS;
    const { cutoff, expected } = wanted;
    if (cutoff > latest) return { tooYoung: latest };
    const fingerprint = await this.#fingerprint(workspace);
    if (fingerprint !== this.#ledger.get("fingerprint")) this.#forgetWorkspace(fingerprint);
    const found = await this.#preview.count(this.#access(name), cutoff);
    // By the API's clock.
    if (cutoff - found.cutoff > CLOCK_TOLERANCE_MS) return { tooYoung: found.cutoff };
    if (expected !== undefined && found.count > expected) return { grown: found };
    const job = await this.#begin(name, workspace, found, { ...wanted, fingerprint });
    return { job: visible(job), joined: false };
  }

  /** Young batches of another workspace begin no list of this one. */
  #forgetWorkspace(fingerprint) {
    this.#ledger.transaction(() => {
      this.#ledger.cursors.clear();
      this.#ledger.set("preview", undefined);
      this.#ledger.set("fingerprint", fingerprint);
    });
  }

  /** A fingerprint of the credential that a job's ids belong to. */
  #fingerprint({ credential }) {
    const salt = this.#ledger.get("salt") ?? crypto.randomUUID();
    if (!this.#ledger.get("salt")) this.#ledger.set("salt", salt);
    return fingerprintOf(salt, credential, baseUrlOf(this.env));
  }

  async #begin(name, workspace, found, wanted) {
    const { expected: limit, startedBy, dry = false, fingerprint } = wanted;
    const { cutoff } = found;
    const rule = ruleOf(workspace);
    const now = this.now();
    const begun = { rule, cutoff, limit, found, startedBy, dry, now, fingerprint };
    const job = this.#ledger.transaction(() => {
      this.#ledger.set("name", name);
      this.#ledger.set("preview", undefined);
      this.#ledger.set("suspended", undefined);
      const started = this.#ledger.begin(newJob(begun));
      this.chain.append([jobStarted(started)]);
      return started;
    });
    await this.log("retention.start", {
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

  /** Writes a change of the rule to the record. Returns the configuration. */
  #noteRule(name) {
    const configuration = this.#configuration(name);
    const { workspace, problems } = configuration;
    if (problems.length === 0) {
      this.tryToRecord((chain) => chain.noteRule(workspace ? ruleOf(workspace) : null));
    }
    return configuration;
  }

  /** Notes the rule, also one that is off, and removes the entries that are older than `days`. */
  async keepRecord(name, days) {
    this.#noteRule(name);
    await this.chain.prune(this.now() - days * DAY_MS);
  }

  /** The hourly run: starts a job, unless one is active or the key is refused. */
  async cron(name, cron) {
    const ledger = this.#ledger;
    if (ledger.get("firstCronAt") === undefined) ledger.set("firstCronAt", this.now());
    ledger.set("lastCronAt", this.now());
    ledger.set("cron", cron);
    await this.#arm();
    if (ledger.get("suspended") && !(await this.#works(name))) return;
    try {
      await this.start(name, { startedBy: "cron", dry: this.#workspace(name).dry });
    } catch (error) {
      if (isRefused(error)) this.#suspend(error);
      await this.#failed({ workspace: name, error: errorOf(error) });
    }
  }

  /** Returns whether the key is accepted again: one request. */
  async #works(name) {
    const { call } = this.#access(name);
    try {
      await listBatches({ ...call, limit: 1, pageSize: 1, maxRetries: 0 }).next();
      this.#ledger.set("suspended", undefined);
      return true;
    } catch (error) {
      this.#suspend(error);
      await this.log("retention.suspended", { workspace: name, error: errorOf(error) });
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
    // Aborts before the entry, because the job must stop even if the record can't be written.
    this.#stop.abort();
    this.tryToRecord((chain) => chain.append([jobStopped(id, stoppedBy, job.rule)]));
    // Between two runs, an alarm ends it.
    if (!this.#isRunning) {
      this.#ledger.set("stop", id);
      await this.ctx.storage.setAlarm(Date.now());
    }
    await this.log("retention.stop", { workspace: this.#ledger.get("name"), job: id, stoppedBy });
    return this.job(id);
  }

  async alarm() {
    const job = this.#ledger.active();
    if (!job || this.#isRunning) return;
    this.#isRunning = true;
    this.#stop = new AbortController();
    try {
      if (this.#ledger.get("stop") === job.id) this.#stop.abort();
      // The alarm is set before the work, so that a killed runtime resumes it.
      const { limits } = this.#configuration();
      await this.ctx.storage.setAlarm(Date.now() + longestRunMs(limits, ATTEMPT_MS));
      await this.#run(job);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      // The next run continues from the ledger. If this alarm can't be written, the alarm from before the run remains.
      await this.ctx.storage.setAlarm(Date.now() + AFTER_FAULT_MS).catch(() => {});
      await this.log("retention.ledger_failed", { job: job.id, message: error.message });
      return;
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
    const restricted = this.#restriction(job, name);
    const record = (ended, result) => this.#record(ended, result);
    const append = (entries) => this.chain.append(entries);
    let over = job;
    let attempts = 0;
    try {
      if (restricted) throw restricted;
      const { call, limits, workspace, hold } = this.#access(name);
      await this.#checkCredential(job, workspace);
      ({ attempts } = await run({
        ...{ job, call, limits, hold, append, record },
        rule: job.rule,
        ledger: this.#ledger,
        stop: this.#stop.signal,
        now: () => this.now(),
        onFlush: (flushed) => {
          this.chain.sealSoon();
          this.#watchers.send(visible(flushed));
        },
      }));
    } catch (error) {
      if (error instanceof LedgerError) throw error;
      // The configuration changed under the job, or this code has a fault: the job ends with the message.
      const now = this.now();
      const lastError = errorOf(error);
      const state = error === restricted ? "stopped" : "failed";
      over = abandon({ ledger: this.#ledger, id: job.id, state, lastError, now, append, record });
    }
    const isOver = over.finishedAt !== null;
    const failures = isOver ? this.#ledger.failures(over.id) : [];
    const head = await this.sealed();
    logRun({ workspace: name, job: over, attempts, ms: this.now() - began, failures, head });
    this.#watchers.send(visible(over));
    if (isOver) await this.#tell(name, over, failures);
  }

  /** Returns an error if the rule is stricter now than when the job began. */
  #restriction(job, name) {
    const { workspace, problems } = this.#configuration(name);
    // A configuration with a problem has no rule: the job fails, and the problem is the reason.
    const reason = problems.length === 0 && restriction(job, workspace);
    return reason && Object.assign(new Error(reason), { code: "rule_changed" });
  }

  /**
   * Ends a job of another credential: a batch that was deleted with the one is missing with the other,
   * and the number that was confirmed is of another workspace.
   */
  async #checkCredential({ inner }, workspace) {
    const fingerprint = await this.#fingerprint(workspace);
    // A job of an earlier version has none.
    if ((inner.fingerprint ?? fingerprint) === fingerprint) return;
    const message =
      "the key or ANTHROPIC_BASE_URL changed while the job ran: start another job, or wait for the next hour";
    throw Object.assign(new Error(message), { code: "credential_changed" });
  }

  /** Records the end of a run, and of its job, in the ledger. */
  #record(job, { error, isSuspended } = {}) {
    if (error) job.lastError = errorOf(error);
    this.#ledger.save(job);
    if (isSuspended) this.#suspend(error);
    if (job.finishedAt === null) return;
    this.#ledger.set("inHand", undefined);
    this.#ledger.set("stop", undefined);
    this.chain.append([jobEnded(job)]);
    if (job.state !== "done") return;
    if (isOfRule(job)) this.#ledger.set("lastDoneAt", this.now());
    if (job.dry || job.failed > 0) return;
    this.#ledger.set("lastSuccessAt", this.now());
    this.#preview.foundOldest(null);
  }

  async #tell(name, job, failures) {
    const isWell = job.state === "stopped" || (job.state === "done" && job.failed === 0);
    if (isWell) return;
    const { id, state, deleted, failed, lastError } = job;
    const kinds = failures.map(({ code, count }) => ({ code, count }));
    const ended = { workspace: name, job: id, state, deleted, failed, error: lastError, kinds };
    await this.#failed(ended);
  }

  async #failed(fields) {
    const event = { event: "retention.failed", ...fields, head: await this.sealed() };
    log(event.event, event);
    await alert(readConfiguration(this.env).alertUrl, event);
  }

  /** A stream of server-sent events: the job now, then each change, until it has ended. */
  fetch(request) {
    const job = this.#ledger.job(Number(new URL(request.url).searchParams.get("job")));
    if (!job) return new Response(null, { status: 404 });
    return this.#watchers.open(visible(job));
  }

  #configuration(name) {
    const { workspaces, ...others } = readConfiguration(this.env);
    return { ...others, workspace: workspaces.find((one) => one.name === name) };
  }

  #workspace(name) {
    const { workspace, problems } = this.#configuration(name);
    if (problems.length > 0) throw new Error(problems.join("; "));
    if (!workspace) throw new Error(`there is no rule for the workspace "${name}"`);
    return workspace;
  }

  #access(name) {
    const workspace = this.#workspace(name);
    const { limits, hold: isHeld } = this.#configuration(name);
    const hold = (id) => isHeld(id) || this.held.has(id);
    let attempts = 0;
    const call = {
      ...workspace.credential,
      baseURL: baseUrlOf(this.env),
      timeout: ATTEMPT_MS,
      onAttempt: () => {
        attempts += 1;
      },
    };
    const goesOn = () => attempts < limits.requests;
    const onClock = (differenceMs) =>
      this.log("retention.clock", { workspace: name, differenceMs });
    return { workspace, limits, call, hold, goesOn, onClock };
  }
}

const ruleOf = ({ days, by, dry }) => ({ days, by, dry });

const errorOf = ({ code = "internal", message, status, requestId }) => ({
  ...{ code, message },
  ...{ status: status ?? null, requestId: requestId ?? null },
});
