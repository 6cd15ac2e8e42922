// The functions of the npm package, performed by the client for Rust programs: a process has a line of JSON for each call,
// report and end. The specification runs against them.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { BatchError, isBatchError } from "../../pkg/errors.js";

/** The options that the client has, as JSON has them. */
const PLAIN = [
  ...["baseURL", "authToken", "betas", "workspaceId", "anthropicVersion", "maxRetries", "timeout"],
  ...["maxRetryDelay", "totalTimeout", "ifProcessing", "ifMissing", "pollInterval", "concurrency"],
  ...["after", "limit", "pageSize", "status", "all", "dryRun", "ids"],
];
const HOOKS = ["onAttempt", "onProgress", "filter", "drain"];
const RUST_NAME = (name) => name.replace(/URL$/, "Url").replace(/[A-Z]/g, (it) => `_${it}`);
/** The words of Rust's errors, and the package's words for them. */
const WORDS = [
  ...[...PLAIN, "apiKey", "createdBefore", "endedBefore"]
    .map((name) => [RUST_NAME(name).toLowerCase(), name])
    .filter(([rust, name]) => rust !== name),
  ["IfProcessing::Wait or IfProcessing::Cancel", 'ifProcessing "wait" or "cancel"'],
  ["have all()", "say all: true"],
];

/** Starts the process, and resolves with the functions and its end. */
export async function startClient(command) {
  const child = spawn(command, { stdio: ["pipe", "pipe", "inherit"] });
  const open = new Map();
  let count = 0;
  const send = (message) => child.stdin.write(`${JSON.stringify(message)}\n`);
  const start = (name, id, options, on) => {
    count += 1;
    const call = count;
    open.set(call, on);
    send({ call, name, id, options });
    return (kind, value) => send({ call, kind, value });
  };
  const first = new Promise((resolve, reject) => {
    child.once("error", reject);
    createInterface(child.stdout).on("line", (line) => {
      const { betas, call, kind, value } = JSON.parse(line);
      if (betas) resolve(betas);
      else open.get(call)?.[kind]?.(value);
      if (kind === "done" || kind === "failed") open.delete(call);
    });
  });
  const ANTHROPIC_BETAS = await first;
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.once("close", (code) => {
    const data = { code: "internal", message: `the process ended with exit code ${code}` };
    for (const on of open.values()) on.failed?.(data);
  });
  // A call that is sent afterwards fails by the same event.
  child.stdin.on("error", () => {});
  const stop = () => {
    child.stdin.end();
    child.kill();
    return ended;
  };
  return { api: { ...functions(start), ANTHROPIC_BETAS, BatchError, isBatchError }, stop };
}

function functions(start) {
  const one = (name) => (id, options) => {
    let lastId;
    const noted = ({ requestId }) => {
      lastId = requestId;
    };
    return run(start, name, id, options, { noted }).then((value) => {
      const { requestId = lastId, ...fields } = value;
      const found = name === "deleteBatch" ? { id, type: "message_batch_deleted" } : fields;
      return Object.defineProperty(found, "_request_id", { value: requestId });
    });
  };
  const many = (name) => async (ids, given) => {
    // Rust also knows the length of a vector.
    const options = { ...given, ...(Array.isArray(ids) && { ids }) };
    const source = (ids[Symbol.asyncIterator] ?? ids[Symbol.iterator]).call(ids);
    try {
      return reportOf(name, await run(start, name, "", options, { source }), options);
    } finally {
      await source.return?.();
    }
  };
  return {
    deleteBatch: one("deleteBatch"),
    retrieveBatch: one("retrieveBatch"),
    cancelBatch: one("cancelBatch"),
    deleteBatches: many("deleteBatches"),
    cancelBatches: many("cancelBatches"),
    purgeBatches: async (options) => {
      return reportOf("purgeBatches", await run(start, "purgeBatches", "", options), options);
    },
    listBatches: (options) => listed(start, options),
    /** A request by reqwest alone. */
    bareFetch: async (url, { method }) => {
      const text = await new Promise((done) => start("fetch", url, { method }, { done }));
      return { text: async () => text };
    },
  };
}

/** Runs a call until its end. Its hooks run when the client calls them. */
function run(start, name, id, options, { noted, source, item, started } = {}) {
  return new Promise((resolve, reject) => {
    const { onAttempt, onProgress, filter, drain } = options;
    const send = start(name, id, wireOptions(options), {
      attempt(data) {
        const attempt = present({ ...data, error: data.error && errorOf(data.error) });
        noted?.(attempt);
        onAttempt?.(attempt);
        send("result", null);
      },
      progress({ ends, outcome, ...counts }) {
        const error = outcome.error && errorOf(outcome.error);
        const done = sum(ends) + counts.failed;
        onProgress?.(
          present({ ...ends, ...counts, done, outcome: present({ ...outcome, error }) }),
        );
        send("result", null);
      },
      filter: (batch) => send("result", Boolean(filter(batch))),
      pull: async () => {
        const { done, value } = await source.next();
        send("item", done ? null : value);
      },
      item,
      done: resolve,
      failed: ({ report, ...data }) =>
        reject(Object.assign(errorOf(data), report && { report: reportOf(name, report, options) })),
    });
    if (drain?.aborted) send("drain");
    else drain?.addEventListener("abort", () => send("drain"));
    started?.(send);
  });
}

/** Lists batches, and asks for the next one when it is wanted. */
async function* listed(start, options) {
  let send;
  let arrived;
  const ended = run(start, "listBatches", "", options, {
    started: (sending) => {
      send = sending;
    },
    item: (batch) => arrived(batch),
  });
  ended.catch(() => {});
  try {
    for (;;) {
      const next = new Promise((resolve) => {
        arrived = resolve;
      });
      send("item", true);
      const batch = await Promise.race([next, ended]);
      if (batch === null) return;
      // The client's list is a stream, which has a filter of its own.
      if (await (options.filter?.(batch) ?? true)) yield batch;
    }
  } finally {
    send("abort");
  }
}

function wireOptions(given) {
  const options = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || name === "dangerouslyAllowBrowser") continue;
    if (name === "filter") options.filter = true;
    else if (name === "headers") options.headers = [...pairs(value)];
    else if (name === "createdBefore" || name === "endedBefore") options[name] = limit(value);
    else if (PLAIN.includes(name) || (name === "apiKey" && typeof value !== "function"))
      options[name] = value;
    else if (!HOOKS.includes(name)) throw new Error(`the client has no ${typeof value} ${name}`);
  }
  return options;
}

const pairs = (headers) =>
  typeof headers[Symbol.iterator] === "function" ? headers : Object.entries(headers);

function limit(value) {
  const [, days] = /^(\d+)d$/.exec(value) ?? [];
  return days ? { age: days * 86_400_000 } : { at: new Date(value).getTime() };
}

function errorOf({ message, option, ...data }) {
  const named = (text) => WORDS.reduce((found, [rust, name]) => found.replaceAll(rust, name), text);
  return new BatchError({
    ...data,
    message: named(message),
    ...(option && { option: named(option) }),
  });
}

/** Makes the report of the package. The client counts canceled batches of a deletion as 0, for one. */
function reportOf(name, { ends, failed, stopped, drained, unsent, ...more }, options) {
  const { canceled, ended, deleted, missing } = ends;
  const { oldest, newest, sample, unjudged, unjudgedTotal, clockDifferenceMs } = more;
  const date = (ms) => ms && new Date(ms).toISOString();
  return present({
    ...(name === "cancelBatches" ? { canceled, ended } : { deleted }),
    missing,
    failed: failed.map(({ error, ...it }) => ({ ...it, error: errorOf(error) })),
    unsent,
    total: sum(ends) + failed.length + unsent,
    stopped: stopped && errorOf(stopped),
    drained: drained || undefined,
    clockDifferenceMs,
    ...(unjudgedTotal && { unjudged: unjudged.map(withoutEmptyId), unjudgedTotal }),
    ...(options.dryRun && { dryRun: true, oldest: date(oldest), newest: date(newest), sample }),
  });
}

const withoutEmptyId = ({ id, ...odd }) => (id ? { id, ...odd } : odd);
const sum = (ends) => Object.values(ends).reduce((all, count) => all + count, 0);
/** Leaves out the fields that Rust has as `None`. */
const present = (data) =>
  Object.fromEntries(
    Object.entries(data).filter(([, value]) => value !== null && value !== undefined),
  );
