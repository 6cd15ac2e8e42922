// The package's functions that the soak calls, by bare fetch: the same requests, to measure the memory of the runtime
// itself. It repeats every failed attempt, and an outcome may be untrue.

const ATTEMPTS = 5;
const PAUSE_MS = 20;
const AT_ONCE = 4;
const DAY_MS = 86_400_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

class BareError extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

async function attempt(method, path, { baseURL, fetch = globalThis.fetch, signal, timeout }) {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  const timer = setTimeout(() => controller.abort(new BareError("timeout")), timeout);
  signal?.addEventListener("abort", abort);
  try {
    const headers = { "x-api-key": "sk-test-SECRET", "anthropic-version": "2023-06-01" };
    const init = { method, headers, redirect: "manual", signal: controller.signal };
    const response = await fetch(`${baseURL}/v1/messages/batches${path}`, init);
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    throw new BareError(response.status === 404 ? "not_found" : "http");
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

async function request(method, path, options) {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt(method, path, options);
    } catch (error) {
      const isLast = attempts === ATTEMPTS || error?.code === "not_found";
      if (isLast || options.signal?.aborted) throw error;
      await pause(PAUSE_MS);
    }
  }
}

async function deleteBatch(id, options) {
  if (options.apiKey && options.fetch) throw new BareError("invalid_option");
  return request("DELETE", `/${id}`, options);
}

async function deleteBatches(given, options) {
  const ids = [...new Set(given)];
  const report = { deleted: 0, missing: 0, failed: [], unsent: 0, total: ids.length };
  const work = async () => {
    for (let id = ids.pop(); id; id = ids.pop()) {
      const status = await deleteBatch(id, options).then(
        () => "deleted",
        ({ code }) => (code === "not_found" ? "missing" : "failed"),
      );
      options.signal?.throwIfAborted();
      if (status === "failed") report.failed.push(id);
      else report[status] += 1;
      options.onProgress({ outcome: { id, status } });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return report;
}

async function* listBatches({ pageSize, ...options }) {
  for (let after = ""; ; ) {
    const { data, has_more, last_id } = await request("GET", `?limit=${pageSize}${after}`, options);
    yield* data;
    if (!has_more) return;
    after = `&after_id=${last_id}`;
  }
}

async function purgeBatches(options) {
  const report = { deleted: 0, failed: [], dryRun: true };
  for await (const { created_at: at } of listBatches({ ...options, pageSize: 1_000 })) {
    if (Date.parse(at) < Date.now() - 30 * DAY_MS) report.deleted += 1;
  }
  return report;
}

const createRelay = ({ baseURL }) => {
  return ({ url, method, headers, signal }) =>
    fetch(`${baseURL}${new URL(url).pathname}`, { method, headers, signal });
};

export const bareApi = {
  ...{ createRelay, deleteBatch, deleteBatches, listBatches, purgeBatches },
  isBatchError: (error) => error instanceof Error,
};
