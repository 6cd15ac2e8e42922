// The job that a reload interrupts, in IndexedDB: its ids, and a mark for each that has an outcome.

import { SCOPE } from "../app/workspace.js";

const NAME = "message-batches";
const STORED_MS = 500;
const LOCK = `${NAME}:${SCOPE}`;

/** A storage that is full or off only means that the job can't be resumed. */
const quietly = (promise) => promise.catch(() => undefined);

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("jobs");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function use(mode, run) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction("jobs", mode);
      const request = run(transaction.objectStore("jobs"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

const put = (key, value) =>
  quietly(use("readwrite", (store) => store.put(value, `${SCOPE}${key}`)));
const get = (key) => quietly(use("readonly", (store) => store.get(`${SCOPE}${key}`)));

export async function forgetJob() {
  await Promise.all([put("ids", undefined), put("done", undefined)]);
}

/** Keeps a running job: `done` marks an id, `end` says whether ids are left. */
export function keepJob(ids) {
  const done = new Uint8Array(ids.length);
  let timer;
  let isHeld = true;
  const begun = put("ids", ids).then(write);
  const released = new Promise((resolve) => {
    quietly(
      navigator.locks?.request(LOCK, () => new Promise((release) => resolve(release))) ??
        Promise.resolve(),
    );
  });
  return {
    done(index) {
      done[index] = 1;
      timer ??= setTimeout(write, STORED_MS);
    },
    async end(isUnfinished) {
      clearTimeout(timer);
      isHeld = false;
      await begun;
      await (isUnfinished ? put("done", done) : forgetJob());
      quietly(released.then((release) => release()));
    },
  };

  async function write() {
    timer = undefined;
    if (isHeld) await put("done", done);
  }
}

/** Returns the job that was interrupted: `{ ids, total }`, where `ids` have no outcome yet. */
export async function interruptedJob() {
  if (await isHeldElsewhere()) return undefined;
  const [all, done] = await Promise.all([get("ids"), get("done")]);
  const ids = done && all?.filter((_, index) => !done[index]);
  return ids?.length > 0 ? { ids, total: all.length } : undefined;
}

/** Another tab runs a job at the moment. */
async function isHeldElsewhere() {
  const state = await quietly(navigator.locks?.query() ?? Promise.resolve());
  return state?.held?.some(({ name }) => name === LOCK) ?? false;
}
