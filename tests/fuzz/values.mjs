// Values that no well-meaning caller passes. An arbitrary yields a plain description, which prints
// and shrinks; `build` makes the value of it, anew for each case.

import { createContext, runInContext } from "node:vm";
import fc from "fast-check";

const realm = createContext({});

const text = fc.oneof(
  fc.string(),
  fc.constantFrom("", " ", "0", "true", "30d", "ended", "https://x.example", "/api", "\ud800"),
  fc.string({
    unit: fc.constantFrom("\0", "\n", "\x7f", "\u{e9}", "\u2028", "\ud800", "\u{1f600}", ",", "%"),
  }),
);

const number = fc.oneof(
  fc.constantFrom(0, -0, 1, 5, -1, 0.5, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 53, 1e308),
  fc.integer(),
  fc.double(),
);

const simple = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("text"), text }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("number"), number }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        ...["undefined", "null", "true", "false", "bigint", "symbol", "long text", "String"],
        ...["object", "null prototype", "circular", "getters throw", "revoked", "hostile proxy"],
        ...["Date", "invalid Date", "foreign Date", "foreign Error", "foreign array", "Map"],
        ...["many elements", "sparse", "index throws", "toString throws", "never", "rejected"],
        ...["then throws", "then twice", "then never", "bytes", "foreign bytes", "frozen", "class"],
        ...["signal", "aborted signal", "signal look-alike", "Headers", "Response", "generator"],
      ),
    }),
  },
);

/** A description of any value. */
export const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    { weight: 5, arbitrary: simple },
    fc.record({
      kind: fc.constantFrom(
        ...["array", "function", "async function", "throws", "rejects", "resolved", "proxy of"],
        ...["elements", "slow elements", "object of"],
      ),
      of: tie("value"),
    }),
  ),
})).value;

/** Yields a value once in `times` draws, else `undefined`. */
export const rarely = (times, arbitrary) =>
  fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** The values that the caller's own code threw in a case. A job may reject with nothing else. */
export class Thrown extends Set {
  throw(value) {
    this.add(value);
    throw value;
  }
}

const quiet = (promise) => {
  promise.catch(() => {});
  return promise;
};

/** Builds the value that a description stands for. `thrown` collects the errors that the value throws. */
export function build(description, thrown) {
  const fail = (what) => thrown.throw(new Error(`of the caller: ${what}`));
  const inner = () => build(description.of, thrown);
  switch (description.kind) {
    case "text":
      return description.text;
    case "number":
      return description.number;
    case "undefined":
      return undefined;
    case "null":
      return null;
    case "true":
      return true;
    case "false":
      return false;
    case "bigint":
      return 10n;
    case "symbol":
      return Symbol("of the caller");
    case "long text":
      return "x".repeat(70_000);
    case "String":
      return Object("boxed");
    case "object":
      return { a: 1 };
    case "object of":
      return { apiKey: inner(), message: inner(), cause: inner(), 0: inner() };
    case "null prototype":
      return Object.assign(Object.create(null), { a: 1 });
    case "circular": {
      const circle = { list: [] };
      circle.self = circle;
      circle.list.push(circle.list);
      circle.cause = circle;
      return circle;
    }
    case "getters throw":
      return Object.defineProperties(
        {},
        Object.fromEntries(
          ["then", "status", "name", "message", "aborted", "length", "cause", "timeout"].map(
            (name) => [name, { enumerable: true, get: () => fail(`get ${name}`) }],
          ),
        ),
      );
    case "revoked": {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    }
    case "hostile proxy":
      return new Proxy({}, new Proxy({}, { get: (_, trap) => () => fail(`trap ${String(trap)}`) }));
    case "proxy of": {
      const target = inner();
      const isObject = typeof target === "function" || (typeof target === "object" && target);
      return isObject ? new Proxy(target, {}) : target;
    }
    case "Date":
      return new Date(0);
    case "invalid Date":
      return new Date(NaN);
    case "foreign Date":
      return runInContext("new Date(0)", realm);
    case "foreign Error":
      return runInContext("new RangeError('of another realm')", realm);
    case "foreign array":
      return runInContext("['a', 'b']", realm);
    case "Map":
      return new Map([["a", 1]]);
    case "many elements":
      return Array(1_500).fill("x");
    case "sparse":
      return Object.assign(Array(3), { 1: "x" });
    case "index throws":
      return Object.defineProperty([1, 2], 1, { get: () => fail("index") });
    case "toString throws":
      return {
        toString: () => fail("toString"),
        valueOf: () => fail("valueOf"),
        toJSON: () => fail("toJSON"),
      };
    case "never":
      return new Promise(() => {});
    case "rejected":
      return quiet(Promise.reject(note(thrown, new Error("of the caller: rejected"))));
    case "resolved":
      return quiet(Promise.resolve(inner()));
    case "then throws":
      return thenable(() => fail("then"));
    case "then twice":
      return thenable((resolve, reject) => {
        resolve("first");
        reject(new Error("second"));
        resolve("third");
      });
    case "then never":
      return thenable(() => {});
    case "bytes":
      return new Uint8Array([0xff, 0xfe, 0x00, 0x7b]);
    case "foreign bytes":
      return runInContext("new Uint8Array([123, 125])", realm);
    case "frozen":
      return Object.freeze({ message: "frozen" });
    case "class":
      return new (class Options {
        get maxRetries() {
          return 0;
        }
      })();
    case "signal":
      return new AbortController().signal;
    case "aborted signal":
      return AbortSignal.abort(note(thrown, new Error("of the caller: aborted")));
    case "signal look-alike":
      return { aborted: false, addEventListener() {}, removeEventListener: () => fail("remove") };
    case "Headers":
      return new Headers({ "x-a": "1" });
    case "Response":
      return new Response("{}");
    case "generator":
      return (function* () {
        yield "msgbatch_1";
        yield Symbol("no id");
        fail("generator");
      })();
    case "array":
      return [inner(), inner()];
    case "elements":
      return (function* () {
        yield inner();
        yield "msgbatch_2";
      })();
    case "slow elements":
      return (async function* () {
        yield inner();
        await new Promise((resolve) => setTimeout(resolve, 1));
        yield "msgbatch_3";
      })();
    case "function":
      return () => inner();
    case "async function":
      return async () => inner();
    case "throws":
      return () => thrown.throw(inner());
    case "rejects":
      return () => quiet(Promise.reject(note(thrown, inner())));
    default:
      throw new Error(`no such kind: ${description.kind}`);
  }
}

function note(thrown, value) {
  thrown.add(value);
  return value;
}

const thenable = (then) => ({ then });
