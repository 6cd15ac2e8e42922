// A file of the record for each day, in the R2 bucket LEDGER_BUCKET: the lines of `GET /ledger` of that day.

import { log } from "../retention/alert.js";
import { pagesOf } from "./lines.js";
import { recordOf } from "./notes.js";

const DAY_MS = 86_400_000;
/** In bytes. R2 requires parts of at least 5 MiB and of equal size, except the last. */
const PART = 6 * 1024 * 1024;
/** The most days of one run. After a long pause, the next runs write the other days. */
const MOST_DAYS = 7;
const encoder = new TextEncoder();

/**
 * Writes the files of the days that are over and have none yet.
 * @param {object} env
 * @param {string} name of the workspace
 */
export async function writeDays(env, name) {
  if (!env.LEDGER_BUCKET) return;
  const record = recordOf(env, name);
  for (let count = 0; count < MOST_DAYS; count += 1) {
    const from = await record.dayWithoutFile();
    if (from === undefined) return;
    const to = from + DAY_MS;
    const key = `${name}/${new Date(from).toISOString().slice(0, 10)}.ndjson`;
    const head = await record.head();
    const pages = pagesOf(record, { from, to, until: Number(head.split(".")[0]) });
    await put(env.LEDGER_BUCKET, key, partsOf(pages), head);
    await record.setDayWithoutFile(to);
    log("ledger.file", { workspace: name, key, head });
  }
}

/** Writes an object whose parts are made while they are sent, because a day may have more than memory. */
async function put(bucket, key, parts, head) {
  const options = {
    httpMetadata: { contentType: "application/x-ndjson" },
    customMetadata: { head },
  };
  const { value: first } = await parts.next();
  if (first.byteLength < PART) return bucket.put(key, first, options);
  const upload = await bucket.createMultipartUpload(key, options);
  try {
    const uploaded = [await upload.uploadPart(1, first)];
    for await (const part of parts) {
      uploaded.push(await upload.uploadPart(uploaded.length + 1, part));
    }
    return await upload.complete(uploaded);
  } catch (error) {
    await upload.abort();
    throw error;
  }
}

/** Cuts lines into parts. The last is shorter, and empty if there is no line. */
async function* partsOf(pages) {
  let part = new Uint8Array(PART);
  let length = 0;
  for await (const lines of pages) {
    let bytes = encoder.encode(lines.map((line) => `${line}\n`).join(""));
    while (length + bytes.byteLength >= PART) {
      part.set(bytes.subarray(0, PART - length), length);
      bytes = bytes.subarray(PART - length);
      yield part;
      part = new Uint8Array(PART);
      length = 0;
    }
    part.set(bytes, length);
    length += bytes.byteLength;
  }
  yield part.subarray(0, length);
}
