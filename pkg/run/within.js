// The wait for one action: for a promise, within a time limit, until the call is aborted or the wasm traps.

import * as n from "../wasm/numbers.js";
import { ignore } from "./parts.js";
import { isSteering, newExchange, receive } from "./receive.js";
import { encode, encodeCauses } from "./values.js";

const LATE = [n.TIMED_OUT, ""];
const AWAKE = [n.WOKE, ""];

/** The functions that each signal calls. They share one listener, because Node warns of a leak at the eleventh. */
const watched = new Map();

/** Makes a wait: a timer and a request that end together. A call is one, with a signal, and a job's `waits`. */
export const newWait = (signal) => ({
  timer: undefined,
  controller: undefined,
  exchange: undefined,
  reject: undefined,
  signal,
  isOver: false,
  thrown: undefined,
  waits: undefined,
  unwatch: undefined,
});

/**
 * Opens a call, which its signal and a trap end.
 * @param active the calls of the instance, which a trap ends
 */
export function openCall(active, signal) {
  const call = newWait(signal);
  active.add(call);
  if (signal) call.unwatch = watch(signal, () => interrupt(call, signal.reason));
  return call;
}

export function closeCall(active, call) {
  release(call);
  active.delete(call);
  call.unwatch?.();
}

/** Ends a call with a value to throw, and ends its timers and requests. */
export function interrupt(call, thrown) {
  if (call.isOver) return;
  call.isOver = true;
  call.thrown = thrown;
  release(call);
  call.waits?.forEach(release);
  call.reject?.(thrown);
}

/** Throws if the call was interrupted, or if its signal is aborted. */
export function throwIfOver(call) {
  if (isAborted(call.signal)) interrupt(call, call.signal.reason);
  if (call.isOver) throw call.thrown;
}

/** Returns whether a signal is aborted; false if its getter throws. */
export function isAborted(signal) {
  try {
    return signal?.aborted === true;
  } catch {
    return false;
  }
}

/** Ends the timer of a wait, and its request unless the exchange is whole. */
export function release(wait) {
  if (wait.timer !== undefined) clearTimeout(wait.timer);
  wait.timer = undefined;
  const { controller, exchange } = wait;
  wait.controller = undefined;
  if (!controller || exchange?.isWhole) return;
  controller.abort();
  try {
    // A caller's `fetch` may ignore the signal.
    ignore((exchange.reader ?? exchange.response.body).cancel());
  } catch {
    // There is no body, or `text` reads it.
  }
}

/** Performs an action that a call waits for; resolves with the event that follows. */
export function perform(wait, [, kind, ms, value, more], kept, limits) {
  if (kind === n.SLEEP) return within(wait, ms);
  if (kind === n.CREATE_CREDENTIAL) return within(wait, ms, createCredential(kept[value]));
  wait.controller = more;
  wait.exchange = newExchange();
  return within(wait, ms, receive(wait.exchange, value, limits, !kept.fetch, Boolean(more)));
}

async function createCredential(create) {
  try {
    return [n.CREDENTIAL, encode(await create())];
  } catch (thrown) {
    if (isSteering(thrown)) throw thrown;
    return [n.NO_CREDENTIAL, encodeCauses(thrown)];
  }
}

/**
 * Resolves with the event that the promise resolves with, or that the time is up; rejects once a call is
 * interrupted. Without a promise, it sleeps.
 */
export function within(wait, ms, promise) {
  return new Promise((resolve, reject) => {
    wait.reject = reject;
    promise?.then(resolve, reject);
    // The caller's code that has just run may have aborted.
    if (isAborted(wait.signal)) interrupt(wait, wait.signal.reason);
    if (wait.isOver) {
      release(wait);
      return reject(wait.thrown);
    }
    if (ms < 0) return;
    try {
      wait.timer = setTimeout(resolve, ms, promise ? LATE : AWAKE);
    } catch (thrown) {
      resolve([n.LOST, encodeCauses(thrown)]);
    }
  });
}

/** Calls `onAbort` once the signal is aborted, if there is one. Returns a function that stops listening. */
export function watch(signal, onAbort) {
  if (!signal) return () => {};
  let watch = watched.get(signal);
  if (!watch) {
    const calls = new Set();
    const listener = () => {
      if (isAborted(signal)) for (const each of calls) each();
    };
    watch = { calls, listener };
    try {
      signal.addEventListener("abort", listener);
    } catch {
      // The call notices an abort at its next event.
      return () => {};
    }
    watched.set(signal, watch);
  }
  watch.calls.add(onAbort);
  return () => unwatch(signal, onAbort);
}

function unwatch(signal, onAbort) {
  const watch = watched.get(signal);
  if (!watch?.calls.delete(onAbort) || watch.calls.size > 0) return;
  watched.delete(signal);
  try {
    signal.removeEventListener("abort", watch.listener);
  } catch {
    // No function is left for the listener to call.
  }
}
