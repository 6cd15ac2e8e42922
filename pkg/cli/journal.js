// The journal of `--resume`: a file that outcomes are appended to, so that a job that was
// interrupted, or crashed, goes on where it was.
//
// The first line identifies the file; each further line is an outcome as `--json` writes it. The
// newest line about an id counts. Ids that are gone are not sent again; those that failed are.

import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { StoppedError, UsageError } from "./exit.js";
import { outcomeRecord } from "./output.js";

const HEADER = '{"journal":"delete-message-batch","version":1}';
/**
 * How often the disk is made to have everything. A crash of the process loses nothing; that of the
 * machine loses the outcomes since: their ids are sent again, and found missing.
 */
const SYNC_MS = 1_000;
const CHUNK = 65_536;

/** Opens the journal, or begins one. */
export function openJournal(path) {
  let fd;
  try {
    fd = openSync(path, "a+");
  } catch (error) {
    throw new UsageError(`--resume can't be opened: ${error.message}`);
  }
  // Ids that are gone, and whether this run has met them among its own.
  const gone = new Map();
  try {
    read(fd, path, gone);
  } catch (error) {
    closeSync(fd);
    throw error instanceof UsageError
      ? error
      : new UsageError(`--resume can't be read: ${error.message}`);
  }

  let unsynced = false;
  const timer = setInterval(() => {
    if (!unsynced) return;
    unsynced = false;
    // An error here shows at the next write, or at the end.
    fdatasync(fd, () => {});
  }, SYNC_MS).unref();
  const failing = (action) => {
    try {
      action();
    } catch (error) {
      throw new StoppedError(`the journal can't be written: ${error.message}`);
    }
  };
  let skipped = 0;
  return {
    /** Whether the id is gone already. */
    has(id) {
      const seen = gone.get(id);
      if (seen === undefined) return false;
      if (!seen) {
        skipped += 1;
        gone.set(id, true);
      }
      return true;
    },
    /** How many ids of this run an earlier one has dealt with. */
    skipped: () => skipped,
    add(outcome) {
      const line = Buffer.from(`${JSON.stringify(outcomeRecord(outcome))}\n`);
      failing(() => {
        // A full disk leaves a part of a line. The next run removes it.
        if (writeSync(fd, line) < line.length) throw new Error("the disk is full");
      });
      unsynced = true;
      if (outcome.status !== "failed") gone.set(outcome.id, true);
    },
    close() {
      clearInterval(timer);
      failing(() => {
        fdatasyncSync(fd);
        closeSync(fd);
      });
    },
  };
}

/** Reads the file, and removes a last line that a crash has cut off. */
function read(fd, path, gone) {
  const stat = fstatSync(fd);
  if (!stat.isFile()) throw new UsageError(`--resume must be a file: ${path}`);
  let number = 0;
  const end = eachLine(fd, stat.size, (line) => {
    number += 1;
    if (number === 1) return checkHeader(line === HEADER, path);
    readOutcome(line, gone, () => `${path}, line ${number}`);
  });
  if (number === 0) {
    // Empty, or a crash has cut off the first line. Anything else is somebody's file.
    const begun = readAt(fd, 0, Math.min(stat.size, HEADER.length + 1));
    checkHeader(HEADER.startsWith(begun), path);
  }
  if (end < stat.size) ftruncateSync(fd, end);
  if (number === 0) writeSync(fd, `${HEADER}\n`);
}

function checkHeader(fits, path) {
  if (fits) return;
  throw new UsageError(
    `--resume must name a journal of this command, or a file that is not there yet: ${path} is another file`,
  );
}

function readOutcome(line, gone, where) {
  let outcome;
  try {
    outcome = JSON.parse(line);
  } catch {
    // Reported below.
  }
  if (typeof outcome?.id !== "string" || typeof outcome.status !== "string") {
    throw new UsageError(`--resume: ${where()} is no outcome`);
  }
  if (outcome.status === "failed") gone.delete(outcome.id);
  else gone.set(outcome.id, false);
}

/** Calls with each whole line. Returns where the last one ends, in bytes. */
function eachLine(fd, size, onLine) {
  const decoder = new StringDecoder("utf8");
  const buffer = Buffer.alloc(CHUNK);
  let rest = "";
  let end = 0;
  for (let position = 0; position < size; ) {
    const length = readSync(fd, buffer, 0, CHUNK, position);
    if (length === 0) break;
    const chunk = buffer.subarray(0, length);
    const last = chunk.lastIndexOf(10);
    const lines = (rest + decoder.write(chunk)).split("\n");
    rest = lines.pop();
    for (const line of lines) onLine(line);
    if (last >= 0) end = position + last + 1;
    position += length;
  }
  return end;
}

function readAt(fd, position, length) {
  const buffer = Buffer.alloc(length);
  return buffer.toString("utf8", 0, readSync(fd, buffer, 0, length, position));
}
