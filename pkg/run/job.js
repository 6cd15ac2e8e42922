// The loop of a job: takes the events of many promises one by one, and performs the actions that follow.

import { BatchError, withReport } from "../errors.js";
import * as n from "../wasm/numbers.js";
import { ignore, isObject, newDocuments, reportAttempt, withError } from "./parts.js";
import { lengthOf, openSource } from "./source.js";
import { encodeOptions } from "./values.js";
import {
  closeCall,
  interrupt,
  isAborted,
  newWait,
  openCall,
  perform,
  release,
  throwIfOver,
  watch,
} from "./within.js";

/** A value that the caller's `onProgress`, or a framework through `fetch`, has thrown: it ends the job. */
class Thrown {
  constructor(value) {
    this.value = value;
  }
}

/** Runs a job whose options are checked: `opened` is its first action. */
async function run(instance, opened, kept, ids) {
  if (opened[1] === n.FAILED) throw new BatchError(opened[3]);
  const [number, , totalTimeout] = opened;
  const call = openCall(instance.active, kept.signal);
  const unwatchDrain = watch(kept.drain, () => wake?.());
  const waits = new Map();
  call.waits = waits;
  const timers = {};
  const events = [];
  const documents = newDocuments();
  let wake;
  let isActing = false;
  let isDraining = false;
  let answer;
  let source;
  let thrownBySource;

  const queue = (...event) => {
    events.push(event);
    wake?.();
  };
  /** Handles an event of the source or the filter: next if their action has not returned, else after queued events. */
  const post = (...event) => {
    if (isActing) answer = event;
    else queue(...event);
  };
  const failSource = (thrown) => {
    thrownBySource = thrown;
    post(0, n.SOURCE_FAILED, "");
  };
  /** Starts a timer instead of the one before. */
  const startTimer = (name, ms, event) => {
    clearTimeout(timers[name]);
    // The timer before may have fired already.
    const fired = events.findIndex(([, kind]) => kind === event);
    if (fired >= 0) events.splice(fired, 1);
    timers[name] = setTimeout(queue, ms, 0, event, "");
  };
  /** Performs an action of one of the job's calls, and posts the event that follows. */
  const performCall = (action) => {
    const of = action[0];
    const wait = newWait();
    waits.set(of, wait);
    perform(wait, action, kept, instance.limits[n.IN_JOB]).then((event) => {
      release(wait);
      if (waits.get(of) === wait) waits.delete(of);
      queue(of, event[0], event[1], wait.exchange);
    }, fail);
  };
  const filter = (document) => {
    const { filter } = kept;
    const decide = (takes) => post(0, n.FILTERED, takes ? "t" : "");
    try {
      const decided = filter(document);
      if (isObject(decided)) Promise.resolve(decided).then(decide, failSource);
      else decide(decided);
    } catch (thrown) {
      failSource(thrown);
    }
  };
  /** Ends the job with a value that the caller's code, or a framework, has thrown. */
  const fail = (thrown) => interrupt(call, new Thrown(thrown));
  const reportProgress = (progress) => {
    const { onProgress } = kept;
    withError(progress.outcome);
    source?.restoreId(progress.outcome);
    try {
      const returned = onProgress(progress);
      // A rejection ends the job, as a throw does. The job does not await the promise.
      if (isObject(returned)) Promise.resolve(returned).catch(fail);
    } catch (thrown) {
      fail(thrown);
    }
  };
  const reportOf = (report) => {
    for (const failed of report.failed) {
      withError(failed);
      source?.restoreId(failed);
    }
    if (report.stopped) report.stopped = new BatchError(report.stopped);
    return report;
  };
  const act = (action) => {
    const value = action[3];
    switch (action[1]) {
      case n.PULL:
        return source.pull();
      case n.FILTER:
        return filter(documents.get(value));
      case n.KEEP_PAGE:
        return kept.filter && documents.keep(value.document);
      case n.TURN:
        return startTimer("turn", 0, n.TURNED);
      case n.WAKE:
        return startTimer("wake", action[2], n.WAKE_TIME);
      case n.REPORT_ATTEMPT:
        return reportAttempt(kept.onAttempt, value);
      case n.REPORT_PROGRESS:
        return reportProgress(value);
      default:
        return performCall(action);
    }
  };
  const step = ([of, kind, detail, exchange]) =>
    instance.enter("step", number, of, kind, detail, exchange);
  /** Drains the job once the caller says so; returns whether that is now. */
  const drain = () => {
    if (isDraining || !isAborted(kept.drain)) return false;
    isDraining = true;
    step([0, n.DRAINED, ""]);
    return true;
  };
  const poll = () => step([0, n.POLLED, ""]);
  const finish = ([, kind, , value, more]) => {
    if (kind === n.JOB_FAILED) throw withReport(new BatchError(value), reportOf(more));
    if (kind === n.SOURCE_THREW) throw withReport(thrownBySource, reportOf(more));
    return reportOf(value);
  };

  try {
    throwIfOver(call);
    if (ids) source = openSource(ids.value, instance, post, failSource);
    if (totalTimeout >= 0) startTimer("total", totalTimeout, n.TOTAL_TIME);
    queue(0, n.STARTED, "");
    for (;;) {
      throwIfOver(call);
      const isDrained = drain();
      const event = events.shift();
      if (event || isDrained) {
        let action = event ? step(event) : poll();
        while (action) {
          // The caller's `fetch` may have aborted. Then nothing else ends this request or handles its promise.
          if (action[1] === n.SEND && (call.isOver || isAborted(call.signal))) {
            call.controller = action[4];
            ignore(action[3]);
            release(call);
          }
          throwIfOver(call);
          if (action[1] >= n.FINISHED) {
            // An async `onProgress` that has thrown is noticed a microtask later.
            await null;
            throwIfOver(call);
            return finish(action);
          }
          isActing = true;
          act(action);
          isActing = false;
          throwIfOver(call);
          drain();
          const next = answer;
          answer = undefined;
          action = next ? step(next) : poll();
        }
      } else {
        await new Promise((resolve, reject) => {
          wake = resolve;
          call.reject = reject;
        });
      }
    }
  } catch (thrown) {
    const isThrown = thrown instanceof Thrown;
    if (!isThrown && !isAborted(call.signal)) throw thrown;
    const report = step([0, n.INTERRUPTED, ""]);
    if (isThrown) throw withReport(thrown.value, reportOf(report));
    // The outcomes of the batches whose requests the abort cuts off.
    for (let action = poll(); action && action[1] < n.FINISHED; action = poll()) act(action);
    throw thrown;
  } finally {
    for (const timer of Object.values(timers)) clearTimeout(timer);
    waits.forEach(release);
    unwatchDrain();
    closeCall(instance.active, call);
    source?.close();
    instance.leave("close", number);
  }
}

/** Opens a job, and runs it. `ids` has the ids that the caller gave; a purge has none. */
async function start(instance, number, options, ids) {
  const kept = { __proto__: null };
  const given = encodeOptions(options, instance.tables[number], kept);
  const opened = instance.enter("open", number, given, kept, false, ids ? lengthOf(ids.value) : -1);
  return await run(instance, opened, kept, ids);
}

/** Makes the function of many ids that has this name and this number. */
const ofIds = (name, number) => (runtime) =>
  ({
    async [name](ids, options) {
      for (let loading = runtime.load(); loading; loading = runtime.load()) await loading;
      return await start(runtime.instance, number, options, { value: ids });
    },
  })[name];

export const deleteBatches = /* @__PURE__ */ ofIds("deleteBatches", n.DELETE_MANY);
export const cancelBatches = /* @__PURE__ */ ofIds("cancelBatches", n.CANCEL_MANY);

/** Makes `purgeBatches`. */
export const purgeBatches = (runtime) =>
  async function purgeBatches(options) {
    for (let loading = runtime.load(); loading; loading = runtime.load()) await loading;
    return await start(runtime.instance, n.PURGE_LIST, options);
  };
