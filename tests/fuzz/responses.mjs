// The results of a hostile `fetch`: responses of the API and of gateways, and values that are not a response.

import fc from "fast-check";
import { build, value } from "./values.mjs";

export const KEY = "sk-ant-secret-0123456789";
export const ID = "msgbatch_1";

const envelope = (type, message) => ({ type: "error", error: { type, message } });
const batch = (id, processing_status) => ({ id, type: "message_batch", processing_status });

/** Documents by name: the API's, and imitations of them. */
const DOCUMENTS = {
  deleted: (id) => ({ id, type: "message_batch_deleted" }),
  ended: (id) => batch(id, "ended"),
  "in progress": (id) => batch(id, "in_progress"),
  "no such batch": () => envelope("not_found_error", "No such batch"),
  refused: () => envelope("invalid_request_error", "not yet"),
  "echo of the key": () => envelope(KEY, `your key ${KEY} is ${KEY}`),
  "other id": () => ({ id: "msgbatch_other", type: "message_batch_deleted" }),
  "no type": (id) => ({ id }),
  page: () => ({
    data: [
      { ...batch("msgbatch_7", "ended"), created_at: "2020-01-01T00:00:00Z" },
      { ...batch("msgbatch_8", "ended"), ended_at: "2020-01-01T00:00:00Z" },
    ],
    has_more: false,
    last_id: "msgbatch_8",
  }),
  "endless page": () => ({
    data: [{ ...batch(`msgbatch_${Math.floor(Math.random() * 9)}`, "ended") }],
    has_more: true,
  }),
  "odd page": () => ({ data: [null, 1, "x", { id: 5 }], has_more: "yes", last_id: {} }),
  array: () => [],
  null: () => null,
  number: () => 5,
  "error of another shape": () => ({ error: [[KEY]], request_id: 7, type: null }),
  "keys of a prototype": () => JSON.parse(`{"__proto__": {"id": "x"}, "${KEY}": "${KEY}"}`),
};

const BODIES = {
  html: `<!doctype html><p>${KEY}</p>`,
  empty: "",
  blank: " \n",
  "half a document": '{"id":"msgbatch_1","type":"message_batch_del',
  "deep nesting": "[".repeat(20_000) + "]".repeat(20_000),
  "long text": `${".".repeat(995)}${KEY}`,
  bytes: new Uint8Array([0xff, 0xfe, 0x7b, 0x7d]),
};

const body = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...Object.keys(DOCUMENTS)) },
  fc.constantFrom(...Object.keys(BODIES)),
);

const header = fc.constantFrom(
  ["request-id", "req_1"],
  ["request-id", `req_${KEY}`],
  ["retry-after", "0"],
  ["retry-after", "99999999999999999999"],
  ["retry-after", "Mon, 30 Feb 2026 00:00:00 GMT"],
  ["retry-after-ms", "1"],
  ["retry-after-ms", "1, 2"],
  ["x-should-retry", "true"],
  ["x-should-retry", "false"],
  ["content-length", "999999999"],
  ["content-length", "x"],
  ["content-encoding", "gzip"],
  ["anthropic-ratelimit-requests-limit", "0"],
  ["anthropic-ratelimit-requests-limit", "60000"],
  ["anthropic-ratelimit-requests-remaining", "0"],
  ["x-echo", `got ${KEY}`],
  [`x-${KEY}`, "1"],
  ["location", `https://x.example/?${KEY}`],
);

const status = fc.oneof(
  { weight: 3, arbitrary: fc.constant(200) },
  fc.constantFrom(200, 201, 204, 205, 299, 302, 304, 400, 401, 403, 404, 408, 409, 413, 418, 429),
  fc.constantFrom(404, 500, 502, 529, 599),
);

const real = fc.record({
  kind: fc.constant("response"),
  status,
  body,
  headers: fc.array(header, { maxLength: 3 }),
});

const lookAlike = fc.record({
  kind: fc.constant("look-alike"),
  status: fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("number"), number: status }) },
    fc.record({ kind: fc.constant("number"), number: fc.constantFrom(0, 100, 103, 199, 999, 1e9) }),
    value,
  ),
  type: fc.constantFrom(undefined, "cors", "opaqueredirect", "error"),
  headers: fc.oneof(fc.constant("some"), fc.constant("odd"), value),
  stream: fc.constantFrom("none", "whole", "stalls", "empty for ever", "foreign", "errors"),
  chunk: fc.oneof(body, value),
  text: fc.oneof(body, value),
});

const other = fc.oneof(
  fc.record({ kind: fc.constantFrom("throw", "reject", "resolve", "return"), of: value }),
  fc.record({ kind: fc.constantFrom("never", "heeds the signal", "network error", "late") }),
);

export const response = fc.oneof(
  { weight: 5, arbitrary: real },
  { weight: 2, arbitrary: lookAlike },
  { weight: 2, arbitrary: other },
);

export const deletion = { kind: "response", status: 200, body: "deleted", headers: [] };

const idOf = (url) => String(url).split("?")[0].split("/").at(-1);

const bytesOf = (name, id) => {
  if (name in DOCUMENTS) return JSON.stringify(DOCUMENTS[name](id));
  return BODIES[name];
};

/**
 * A `fetch` that ends in one response after the other, and in the last one from then on. `sent` has each
 * that was given.
 */
export function fetchOf(responses, thrown, sent) {
  let count = 0;
  return (url, init) => {
    const description = responses[Math.min(count, responses.length - 1)];
    count += 1;
    sent.push({ url: String(url), description, headers: init?.headers });
    try {
      return perform(description, idOf(url), init, thrown);
    } catch (error) {
      // The call rejects with this error.
      return thrown.throw(error);
    }
  };
}

function perform(description, id, init, thrown) {
  switch (description.kind) {
    case "response": {
      const { status, body, headers } = description;
      const isEmpty = [204, 205, 304].includes(status);
      return Promise.resolve(new Response(isEmpty ? null : bytesOf(body, id), { status, headers }));
    }
    case "look-alike":
      return lookAlikeOf(description, id, thrown);
    case "throw":
      throw build(description.of, thrown);
    case "reject":
      return Promise.reject(build(description.of, thrown));
    case "resolve":
      return Promise.resolve(build(description.of, thrown));
    case "return":
      return build(description.of, thrown);
    case "never":
      return new Promise(() => {});
    case "heeds the signal":
      return new Promise((_, reject) => {
        init.signal.addEventListener("abort", () => reject(init.signal.reason));
      });
    case "network error":
      return Promise.reject(new TypeError(`fetch failed: ${KEY}`, { cause: new Error(KEY) }));
    case "late":
      return new Promise((resolve) => {
        setTimeout(() => resolve(Response.json(DOCUMENTS.deleted(id))), 8);
      });
    default:
      throw new Error(`no such response: ${description.kind}`);
  }
}

function lookAlikeOf({ status, type, headers, stream, chunk, text }, id, thrown) {
  const made = (of) => (typeof of === "string" ? bytesOf(of, id) : build(of, thrown));
  const encoded = () => {
    const found = made(chunk);
    return typeof found === "string" ? new TextEncoder().encode(found) : found;
  };
  const reads = {
    whole: [{ value: encoded() }, { done: true }],
    foreign: [made(chunk), { value: made(chunk), done: false }, { done: made(chunk) }],
    errors: [{ value: encoded() }],
  }[stream];
  const read = () => {
    if (stream === "stalls") return new Promise(() => {});
    if (stream === "empty for ever") return Promise.resolve({ value: new Uint8Array(0) });
    if (reads.length === 0) throw new Error(`the stream broke: ${KEY}`);
    return reads.shift();
  };
  return {
    status: made(status),
    type,
    headers: headersOf(headers, thrown),
    body: stream === "none" ? null : { getReader: () => ({ read }) },
    text: () => made(text),
  };
}

function headersOf(description, thrown) {
  if (description === "some") return new Headers({ "request-id": "req_1" });
  if (description === "odd") {
    return {
      get: () => "a\nb",
      forEach(visit) {
        visit("value", "bad name");
        visit(`${KEY}\nx`, "line");
        visit("v", KEY);
        visit(5, null);
      },
    };
  }
  return build(description, thrown);
}
