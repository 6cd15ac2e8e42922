// One case: calls a public function with hostile options and responses, and judges the result.

import {
  cancelBatch,
  cancelBatches,
  createRelay,
  deleteBatch,
  deleteBatches,
  isBatchError,
  listBatches,
  purgeBatches,
  retrieveBatch,
} from "delete-message-batch";
import fc from "fast-check";
import { assertNoKey, assertNoKeyInResponse, Violation } from "./invariants.mjs";
import { fetchOf, ID, KEY, response } from "./responses.mjs";
import { build, rarely, Thrown, value } from "./values.mjs";

/** A case that has not ended by then never will: its own limits are far below. */
const MOST_TURNS = 100;
const TURN_MS = 50;
const ORIGIN = "http://api.example";

const CALL = ["betas", "workspaceId", "anthropicVersion", "maxRetries", "maxRetryDelay", "timeout"];
const MORE = ["headers", "onAttempt", "apiKey", "authToken", "dangerouslyAllowBrowser", "baseURL"];
const DELETION = ["ifProcessing", "ifMissing", "pollInterval"];
const JOB = ["concurrency", "onProgress", "drain"];
const SELECTION = ["endedBefore", "createdBefore", "status", "filter", "limit"];
const RELAY = ["authorize", "allowedOrigins", "publicOrigin", "basePath", "allow", "onError"];

const OPTIONS = {
  deleteBatch: [...CALL, ...MORE, ...DELETION],
  retrieveBatch: [...CALL, ...MORE],
  cancelBatch: [...CALL, ...MORE],
  deleteBatches: [...CALL, ...MORE, ...DELETION, ...JOB],
  cancelBatches: [...CALL, ...MORE, "ifMissing", ...JOB],
  purgeBatches: [...CALL, ...MORE, ...DELETION, ...JOB, ...SELECTION, "dryRun", "all"],
  listBatches: [...CALL, ...MORE, ...SELECTION, "pageSize"],
  createRelay: [...RELAY, "apiKey", "authToken", "baseURL", "headers", "workspaceId", "timeout"],
};

const GOOD = {
  ifProcessing: { kind: "text", text: "cancel" },
  ifMissing: { kind: "text", text: "ignore" },
  all: { kind: "true" },
  pollInterval: { kind: "number", number: 1 },
  maxRetries: { kind: "number", number: 3 },
};

/** The functions that take many ids. */
const OF_IDS = ["deleteBatches", "cancelBatches"];

/** Few hostile ones at a time: with more, none gets further than the first check. */
const optionsOf = (names) => {
  const hostile = fc.tuple(fc.constantFrom(...names), value);
  const good = Object.entries(GOOD).filter(([name]) => names.includes(name));
  const option = good.length ? fc.oneof(hostile, fc.constantFrom(...good)) : hostile;
  return fc.array(option, { maxLength: 3 });
};

const id = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ kind: "text", text: ID }) },
  { weight: 1, arbitrary: value },
);

export const oneCase = fc.constantFrom(...Object.keys(OPTIONS)).chain((name) =>
  fc.record({
    name: fc.constant(name),
    first: OF_IDS.includes(name) ? fc.oneof(id, value, fc.constant({ kind: "ids" })) : id,
    options: optionsOf(OPTIONS[name]),
    /** In place of the options. */
    instead: rarely(20, value),
    responses: fc.array(response, { minLength: 1, maxLength: 4 }),
    /** Which of the two ends the case; the other is hostile, or there is none. */
    ends: fc.constantFrom("signal", "totalTimeout"),
    other: rarely(4, value),
    /** When a job is drained, in milliseconds; 0: before. */
    drainsAfter: rarely(4, fc.integer({ min: 0, max: 20 })),
    key: fc.constantFrom("text", "function", "async"),
    method: fc.constantFrom("GET", "DELETE", "POST", "OPTIONS"),
  }),
);

/** Performs the case; throws a Violation where something does not hold. */
export async function perform(description) {
  const thrown = new Thrown();
  const sent = [];
  const reason = new Error("the case's own signal");
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(reason), 25);
  const options = optionsFor(description, controller.signal, thrown, sent);
  const drained = drainOf(description, options, sent);
  try {
    if (description.name === "createRelay") {
      await relayed(description, options, controller.signal, thrown);
    } else {
      await called(description, options, { thrown, sent, reason });
    }
    if (sent.length > drained.mostSent) throw new Violation("a request after a drain", description);
  } finally {
    clearTimeout(timer);
    clearTimeout(drained.timer);
  }
}

/** Drains a job, and tells how many requests may have been sent. */
function drainOf({ name, drainsAfter, instead }, options, sent) {
  const drained = { mostSent: Number.POSITIVE_INFINITY, timer: undefined };
  const isJob = OF_IDS.includes(name) || name === "purgeBatches";
  if (drainsAfter === undefined || !isJob || instead) return drained;
  const controller = new AbortController();
  options.drain = controller.signal;
  const begin = () => {
    controller.abort();
    drained.mostSent = sent.length;
  };
  if (drainsAfter === 0) begin();
  else drained.timer = setTimeout(begin, drainsAfter);
  return drained;
}

function optionsFor({ name, options, instead, responses, ends, other, key }, signal, thrown, sent) {
  // Every other call gets the case's fetch and limits; without them, it might never end.
  if (instead && name !== "createRelay") return build(instead, thrown);
  const keys = { text: KEY, function: () => KEY, async: async () => KEY };
  const all = { baseURL: ORIGIN, apiKey: keys[key], timeout: 10, maxRetryDelay: 2 };
  for (const [option, found] of options) all[option] = build(found, thrown);
  all.fetch = fetchOf(responses, thrown, sent);
  if (name === "createRelay") {
    all.timeout = 10;
    if (!options.some(([option]) => option === "authorize")) all.authorize = () => true;
    if (!options.some(([option]) => option === "onError")) all.onError = () => {};
    return all;
  }
  const [own, hostile] =
    ends === "signal" ? ["signal", "totalTimeout"] : ["totalTimeout", "signal"];
  all[own] = ends === "signal" ? signal : 25;
  if (other) all[hostile] = build(other, thrown);
  return all;
}

const FUNCTIONS = {
  deleteBatch: (first, options) => deleteBatch(first, options),
  retrieveBatch: (first, options) => retrieveBatch(first, options),
  cancelBatch: (first, options) => cancelBatch(first, options),
  deleteBatches: (first, options) => deleteBatches(first, options),
  cancelBatches: (first, options) => cancelBatches(first, options),
  purgeBatches: (_, options) => purgeBatches(options),
  listBatches: async (_, options) => {
    const batches = [];
    for await (const batch of listBatches(options)) {
      batches.push(batch);
      if (batches.length > 50) break;
    }
    return batches;
  },
};

async function called(description, options, { thrown, sent, reason }) {
  const { name } = description;
  const first =
    description.first.kind === "ids"
      ? Array.from({ length: 30 }, (_, index) => `msgbatch_${index}`)
      : build(description.first, thrown);
  let settled;
  try {
    const result = await limited(FUNCTIONS[name](first, options), description);
    settled = { result };
  } catch (error) {
    // A trap of a proxy can also throw here.
    if (!thrown.has(error) && error instanceof Violation) throw error;
    settled = { error };
  }
  if ("error" in settled) return judgeError(description, settled.error, { thrown, reason });
  judgeResult(description, settled.result, sent);
}

/** Returns whether the request carries the case's key: no hostile option replaces it. */
function isKeySent({ instead, options }) {
  return !instead && !options.some(([name]) => name === "apiKey" || name === "authToken");
}

function judgeError(description, error, { thrown, reason }) {
  // A call rejects with the signal's reason, or with an error that the caller's `fetch` threw at once. A job also
  // rejects with the errors of its other functions and of its iterator.
  if (error === reason || thrown.has(error)) return;
  if (isBatchError(error)) {
    if (error.code === "internal") throw new Violation("internal", description, error);
    if (isKeySent(description)) assertNoKey(error, description);
    return;
  }
  const isOfEngine =
    error instanceof TypeError &&
    /^(deleteBatches|cancelBatches|purgeBatches|listBatches)$/.test(description.name);
  const { signal } = description.other ?? {};
  if (isOfEngine || signal) return;
  if (description.other && description.ends === "totalTimeout") return;
  throw new Violation("neither a BatchError nor the caller's own", description, error);
}

const said = (sent, ...documents) =>
  sent.some(
    ({ description: { kind, body, text, chunk } }) =>
      kind === "late" || [body, text, chunk].some((found) => documents.includes(found)),
  );

function judgeResult(description, result, sent) {
  const { name, first } = description;
  const fail = (what) => {
    throw new Violation(what, description, result);
  };
  if (name === "deleteBatch") {
    if (result?.id !== first.text || result.type !== "message_batch_deleted") fail("no receipt");
    if (!said(sent, "deleted", "no such batch")) fail("a success that no response was");
  } else if (name === "retrieveBatch" || name === "cancelBatch") {
    if (result?.id !== first.text || result.type !== "message_batch") fail("no batch");
    if (!said(sent, "ended", "in progress")) fail("a success that no response was");
  } else if (name === "listBatches") {
    if (result.length > 0 && !said(sent, "page", "endless page"))
      fail("a list that no response was");
  } else {
    const { deleted = 0, canceled = 0, ended = 0, missing, failed, total, unsent, dryRun } = result;
    const done = [deleted, canceled, ended, missing, failed.length, unsent];
    const counts = [...done, total];
    if (!counts.every((count) => Number.isInteger(count) && count >= 0)) fail("no report");
    if (done.reduce((sum, count) => sum + count) !== total) fail("counts without a sum");
    if (canceled + ended > 0 && !said(sent, "ended", "in progress")) fail("an invented state");
    if (deleted > 0 && !dryRun && !said(sent, "deleted", "no such batch"))
      fail("an invented success");
    if (missing > 0 && !said(sent, "no such batch")) fail("an invented 404");
    for (const { error } of [...failed, { error: result.stopped }]) {
      if (error === undefined) continue;
      if (!isBatchError(error) || error.code === "internal") fail("a failure of another class");
      if (isKeySent(description)) assertNoKey(error, description);
    }
  }
  for (const { url } of sent) {
    const { baseURL } = Object.fromEntries(description.options);
    if (!baseURL && new URL(url).origin !== ORIGIN) fail(`sent to ${url}`);
  }
}

async function relayed(description, options, signal, thrown) {
  const given = description.instead ? build(description.instead, thrown) : options;
  const found = build(description.first, thrown);
  const silenced = console.error;
  // If `onError` is not a function, the relay prints the error.
  console.error = () => {};
  try {
    const relay = createRelay(given);
    const { method } = description;
    const url = `https://relay.example/v1/messages/batches/${ID}`;
    const isPage = typeof found === "string";
    const request = isPage ? new Request(url, { method, signal }) : found;
    const response = await limited(relay(request), description);
    // A Response of `authorize` is the caller's own.
    const decides = description.options.some(([name]) => name === "authorize");
    if (!decides && isKeySent(description)) await assertNoKeyInResponse(response, description);
  } finally {
    console.error = silenced;
  }
}

/** Limits a promise to a number of turns of the event loop, since a time is not reliable on a busy machine. */
async function limited(promise, description) {
  let timer;
  const limit = new Promise((_, reject) => {
    const violation = new Violation("it does not settle", description);
    let turns = 0;
    timer = setInterval(() => {
      turns += 1;
      if (turns === MOST_TURNS) reject(violation);
    }, TURN_MS);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearInterval(timer);
  }
}
