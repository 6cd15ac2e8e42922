// The kinds of calls of the soak. Each notes its outcome in the round's `notes`, and violations in `notes.violations`.

/** Options of every call. Delays are short, so that a call ends within its round. */
const LIMITS = { maxRetries: 4, maxRetryDelay: 50, timeout: 1_000 };
const JOB_IDS = 8;
const NOT_VALID = [
  { timeout: -1 },
  { maxRetries: 1.5 },
  { betas: "message-batches-2024-09-24" },
  { headers: { "bad name": "x" } },
  { baseURL: "ftp://x" },
  { ifProcessing: "sometimes" },
];

/** How many of 100 calls are of each kind. */
export const MIX = {
  deleteOne: 48,
  abortOne: 12,
  refuse: 12,
  throughRelay: 10,
  deleteMany: 6,
  abortMany: 2,
  list: 5,
  dryRun: 5,
};

/** Yields the kinds in the order of their calls; a kind is repeated in a row only if the shares require it. */
export function* kinds() {
  const left = Object.entries(MIX).map(([name, share]) => ({ name, share, due: 0 }));
  for (;;) {
    for (const kind of left) kind.due += kind.share;
    const next = left.reduce((a, b) => (b.due > a.due ? b : a));
    next.due -= 100;
    yield next.name;
  }
}

/**
 * The calls of a round, by name.
 * @param {object} round
 * @param {object} round.api the package's exports
 * @param {{ baseURL: string, apiKey: string }} round.options
 * @param {(request: Request) => Promise<Response>} round.relay to the same world
 * @param {() => string} round.take an id that no other call has
 * @param {string[]} round.kept ids of batches that are older than all others, and stay
 * @param {ReturnType<typeof import("./round.mjs").newNotes>} round.notes
 */
export function calls({ api, options, relay, take, kept, notes }) {
  const common = { ...options, ...LIMITS };
  const wrong = (text) => notes.violations.push(text);
  let count = 0;

  const fails = (error, name) => {
    const isExpected =
      api.isBatchError(error) && !["internal", "invalid_option"].includes(error.code);
    if (isExpected) notes.failed += 1;
    else wrong(`${name} rejects with ${error?.code ?? ""} ${error}`);
  };

  /** Awaits a deletion of one batch and notes its outcome; `reason` is that of an abort. */
  async function one(name, id, promise, reason) {
    try {
      const result = await promise;
      if (result.id !== id) wrong(`${name} of ${id} resolves with ${result.id}`);
      notes.deleted.push(id);
    } catch (error) {
      if (reason && error === reason) notes.aborted += 1;
      else if (error?.code === "not_found") notes.missing.push(id);
      else fails(error, name);
    }
  }

  /** A signal that aborts after some milliseconds, and its reason. */
  function aborting(ms) {
    const controller = new AbortController();
    const reason = { reason: "of the caller" };
    const timer = setTimeout(() => controller.abort(reason), ms);
    return { signal: controller.signal, reason, end: () => clearTimeout(timer) };
  }

  async function many(name, { signal, reason } = {}) {
    const ids = Array.from({ length: JOB_IDS }, take);
    // One id that never existed, and a repeated one.
    const given = [...ids, `${ids[0]}never`, ids[0]];
    const outcomes = new Map();
    const onProgress = ({ outcome: { id, status } }) => {
      if (outcomes.has(id)) wrong(`${name} reports ${id} twice`);
      outcomes.set(id, status);
      if (status !== "failed") notes[status].push(id);
    };
    try {
      const report = await api.deleteBatches(given, {
        ...common,
        concurrency: 4,
        onProgress,
        signal,
      });
      const { deleted, missing, failed, unsent, total } = report;
      if (deleted + missing + failed.length + unsent !== total || total !== JOB_IDS + 1) {
        wrong(
          `${name}: ${JSON.stringify({ deleted, missing, failed: failed.length, unsent, total })}`,
        );
      }
      if (outcomes.size !== total - unsent) wrong(`${name}: ${outcomes.size} outcomes of ${total}`);
      notes.failed += failed.length;
    } catch (error) {
      if (reason && error === reason) notes.aborted += 1;
      else fails(error, name);
    }
  }

  const wholeList = (ids) => {
    const all = new Set(ids);
    if (all.size !== ids.length) wrong(`a list has ${ids.length - all.size} batches twice`);
    const lost = kept.filter((id) => !all.has(id));
    if (lost.length > 0) wrong(`a list lacks ${lost.length} batches`);
  };

  return {
    deleteOne() {
      const id = take();
      return one("deleteOne", id, api.deleteBatch(id, common));
    },

    async abortOne() {
      const id = take();
      const { signal, reason, end } = aborting(count++ % 12);
      await one("abortOne", id, api.deleteBatch(id, { ...common, signal }), reason);
      end();
    },

    async refuse() {
      const fetch = () => {
        wrong("a call with an option that is not valid was sent");
        return new Response("{}");
      };
      const given = { ...common, fetch, ...NOT_VALID[count++ % NOT_VALID.length] };
      const error = await api.deleteBatch("msgbatch_1", given).catch((thrown) => thrown);
      if (error?.code === "invalid_option") notes.refused += 1;
      else wrong(`refuse: ${error?.code} ${error}`);
    },

    throughRelay() {
      const id = take();
      const fetch = (url, init) => relay(new Request(url, init));
      const given = { ...common, baseURL: "https://relay.example", apiKey: null, fetch };
      return one("throughRelay", id, api.deleteBatch(id, given));
    },

    deleteMany: () => many("deleteMany"),

    async abortMany() {
      const { end, ...abort } = aborting(count++ % 30);
      await many("abortMany", abort);
      end();
    },

    async list() {
      count += 1;
      const isCutShort = count % 2 === 0;
      const ids = [];
      try {
        for await (const { id } of api.listBatches({ ...common, pageSize: 50 })) {
          ids.push(id);
          if (isCutShort && ids.length === 10) return;
        }
        wholeList(ids);
      } catch (error) {
        fails(error, "list");
      }
    },

    async dryRun() {
      try {
        const given = { ...common, endedBefore: "30d", dryRun: true };
        const { deleted, failed, dryRun } = await api.purgeBatches(given);
        if (deleted !== kept.length || failed.length > 0 || !dryRun) {
          wrong(`a dry run has ${deleted} of ${kept.length}, ${failed.length} failed`);
        }
      } catch (error) {
        fails(error, "dryRun");
      }
    },
  };
}
