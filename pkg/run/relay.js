// The loop of a relay: gets the next action of a page's request from the wasm, awaits it, and passes its end back.

import { BatchError, headersOf } from "../errors.js";
import * as n from "../wasm/numbers.js";
import { isObject } from "./parts.js";
import { streamed } from "./streamed.js";
import { encode, encodeOptions } from "./values.js";
import { closeCall, openCall, perform, release, throwIfOver, within } from "./within.js";

/** The response if the relay can't be opened: `NOT_SET_UP` of the policy's table, which a test compares. */
function notSetUp() {
  const error = { type: "api_error", message: "relay: it is not set up" };
  const headers = {
    "x-should-retry": "false",
    vary: "origin",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
  };
  return Response.json({ type: "error", error }, { status: 500, headers });
}

/** Describes a page's request in lines: the method, the URL, then names and values of headers. */
function describe({ method, url, headers }) {
  let lines = `${method}\n${url}\n`;
  headers.forEach((value, name) => {
    lines += `${name}\n${value}\n`;
  });
  return lines;
}

/** Resolves with an event and the function's own value. */
async function authorize(call, { authorize }, request) {
  throwIfOver(call);
  try {
    const returned = await authorize(request);
    return [n.AUTHORIZED, encode(returned) + encode(returned?.status), returned];
  } catch (thrown) {
    // A method that was detached from its object throws a TypeError, for example.
    const message = "the function authorize failed; it is called without an object";
    const isType = thrown instanceof TypeError;
    return [n.THREW, "", isType ? new TypeError(message, { cause: thrown }) : thrown];
  }
}

/** Makes a copy of the response of `authorize` with more headers. */
function decorate(response, replaced, added) {
  const headers = new Headers(response.headers);
  for (const [name, value] of headersOf(replaced)) headers.set(name, value);
  for (const [name, value] of headersOf(added)) headers.append(name, value);
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

/** Resolves with the response to a page's request. `action` is the first of its visit. */
async function run(instance, action, request, { kept, report }) {
  const call = openCall(instance.active, request.signal);
  let event;
  let controller;
  try {
    for (;;) {
      const [visit, kind, ms, value, more] = action;
      if (kind === n.RESPOND) return value ?? notSetUp();
      try {
        if (kind === n.HAND_ON || kind === n.HAND_ON_STREAMED) {
          const { response } = call.exchange;
          const isWhole = kind === n.HAND_ON;
          const body = isWhole
            ? value
            : streamed(response, value, request, controller, instance, !kept.fetch);
          return new Response(body, { status: ms, headers: headersOf(more) });
        }
        if (kind === n.DECORATE) return decorate(event[2], value, more);
        if (kind === n.REPORT_ERROR) {
          report(value ? new BatchError(value) : event[2]);
          event = [n.REPORTED, ""];
        } else {
          controller = more;
          event = await (kind === n.AUTHORIZE
            ? within(call, ms, authorize(call, kept, request))
            : perform(
                call,
                action,
                kept,
                instance.limits[kind === n.STREAM ? n.OF_STREAM : n.OF_RELAY],
              ));
          release(call);
          throwIfOver(call);
        }
      } catch (thrown) {
        event = [call.isOver ? n.LEFT : n.THREW, "", thrown];
        // Also the request of a response whose body was to be handed on.
        if (call.isOver) controller?.abort();
      }
      action = instance.enter("step", visit, 0, event[0], event[1], call.exchange);
    }
  } finally {
    closeCall(instance.active, call);
    instance.leave("close", action[0]);
  }
}

/** Opens a relay in the wasm, unless the instance in use has it. Throws if its options are not valid. */
function open(relay, { instance }) {
  if (relay.instance === instance) return;
  const kept = { __proto__: null };
  Object.assign(relay, { instance: undefined, number: -1, kept });
  const given = encodeOptions(relay.given, instance.tables[n.CREATE_RELAY], kept);
  const opened = instance.enter("open", n.CREATE_RELAY, given, kept, false, -1);
  const [number, kind, , failure] = opened;
  if (kind === n.FAILED) throw new BatchError(failure);
  Object.assign(relay, { instance, number });
}

/** Closes a relay whose function was garbage collected. A request in flight opens it again. */
function close(relay) {
  relay.isDropped = true;
  relay.instance?.leave("close", relay.number);
  relay.instance = undefined;
}

/**
 * Makes `createRelay`. It returns its function at once, and checks the options as soon as the wasm is
 * loaded: none of the package's functions throws at the call. A later change of the options has no effect.
 */
export const createRelay = (runtime) => {
  // A program may make a relay for each request. A runtime without FinalizationRegistry keeps them all.
  const dropped = typeof FinalizationRegistry === "function" && new FinalizationRegistry(close);
  return function createRelay(options) {
    const given = snapshot(options);
    const report = async (thrown) => {
      try {
        const { onError } = given ?? {};
        await (typeof onError === "function" ? onError : console.error)(thrown);
      } catch {
        // An error of the hook, now or later, changes nothing.
      }
    };
    const opened = { given, report, instance: undefined, isDropped: false };
    const check = async () => {
      // In workerd, no request may await the promise of another one: each loads by itself.
      while (!runtime.instance) await runtime.load();
      if (!opened.isDropped) open(opened, runtime);
    };
    check().catch(report);
    const relay = async (request) => {
      try {
        while (!runtime.instance) await runtime.load();
        try {
          open(opened, runtime);
        } catch (thrown) {
          // The wasm has no action of a relay that is not open.
          if (!runtime.instance) throw thrown;
          report(thrown);
        }
        const { instance } = runtime;
        const { number } = opened;
        const action = instance.enter("step", number, 0, n.VISITED, describe(request), undefined);
        if (opened.isDropped) close(opened);
        return action ? await run(instance, action, request, opened) : notSetUp();
      } catch (thrown) {
        report(thrown);
        return notSetUp();
      }
    };
    if (dropped) dropped.register(relay, opened);
    return relay;
  };
};

/** Copies the options, and the arrays and plain objects in them. */
function snapshot(options) {
  try {
    const copy = Object.assign(Object.create(Object.getPrototypeOf(options)), options);
    for (const [name, value] of Object.entries(copy)) {
      if (Array.isArray(value)) copy[name] = [...value];
      else if (isObject(value) && Object.getPrototypeOf(value) === Object.prototype) {
        copy[name] = { ...value };
      }
    }
    return copy;
  } catch {
    // The check describes the problem.
    return options;
  }
}
