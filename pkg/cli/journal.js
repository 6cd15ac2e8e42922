// The journal of `--resume`: a file that outcomes are appended to, so that a job that was
// interrupted, or crashed, resumes.
//
// The first line names the server and has a fingerprint of the credential; each further line is an
// outcome as `--json` writes it. The newest line about an id counts. A deleted id is not sent again; a
// failed or missing one is.

import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { StoppedError, UsageError } from "./exit.js";
import { newSalt } from "./identity.js";
import { LOCK_FLAGS, lock } from "./lock.js";
import { outcomeRecord } from "./output.js";

/** The beginning of the first line. Before version 2 it named neither server nor credential. */
const START = '{"journal":"delete-message-batch","version":2,';
const OLD = '{"journal":"delete-message-batch","version":1}';
/**
 * The interval of `fdatasync`. A crash of the process loses nothing; a crash of the machine loses the
 * outcomes since the last one: their ids are sent again, and are missing.
 */
const SYNC_MS = 1_000;
const CHUNK = 65_536;
/** A longer line is not an outcome. */
const LONGEST = 1_048_576;

/**
 * Opens the journal of a job, or creates one. `identity` is the job's server and credential. With
 * `isFresh` the job's ids are from a list that was just read, so they are sent although an earlier run
 * deleted them.
 */
export async function openJournal(path, { identity, isFresh = false }) {
  const fd = open(path);
  // The ids that are gone, each with true once it has occurred in this run.
  const gone = new Map();
  let damaged;
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (!stat.isFile()) throw new UsageError(`--resume must be a file: ${path}`);
    if (!(await lock(stat))) throw inUse(path);
    damaged = read(fd, Number(stat.size), { path, identity, gone });
  } catch (error) {
    closeSync(fd);
    throw error instanceof UsageError
      ? error
      : new UsageError(`--resume can't be read: ${error.message}`);
  }
  if (isFresh) gone.clear();

  let unsynced = false;
  let problem;
  const timer = setInterval(() => {
    if (!unsynced) return;
    unsynced = false;
    // The system reports such an error only once, so it must not be lost.
    fdatasync(fd, (error) => {
      problem ??= error;
    });
  }, SYNC_MS).unref();
  const failing = (action) => {
    try {
      if (problem) throw problem;
      action();
    } catch (error) {
      throw new StoppedError(`the journal can't be written: ${error.message}`);
    }
  };
  let skipped = 0;
  return {
    /** The number of lines that could not be read. */
    damaged,
    /** Returns whether the id is gone already. */
    has(id) {
      const seen = gone.get(id);
      if (seen === undefined) return false;
      if (!seen) {
        skipped += 1;
        gone.set(id, true);
      }
      return true;
    },
    /** The number of ids of this run that an earlier one has deleted. */
    skipped: () => skipped,
    add(outcome) {
      failing(() => append(fd, JSON.stringify(outcomeRecord(outcome))));
      unsynced = true;
      if (outcome.status !== "failed") gone.set(outcome.id, true);
    },
    close() {
      clearInterval(timer);
      try {
        failing(() => fdatasyncSync(fd));
      } finally {
        closeSync(fd);
      }
    },
  };
}

function open(path) {
  const { O_APPEND, O_CREAT, O_RDWR } = constants;
  try {
    return openSync(path, O_RDWR | O_CREAT | O_APPEND | LOCK_FLAGS, 0o666);
  } catch (error) {
    if (error.code === "EAGAIN") throw inUse(path);
    throw new UsageError(`--resume can't be opened: ${error.message}`);
  }
}

const inUse = (path) => new UsageError(`--resume: another command is using the journal ${path}`);

/** Appends a line. A full disk leaves a part of a line; the next run removes it. */
function append(fd, text) {
  const line = Buffer.from(`${text}\n`);
  if (writeSync(fd, line) < line.length) throw new Error("the disk is full");
}

/**
 * Reads the file, removes a last line that a crash has cut off, and begins an empty one. Returns the number
 * of lines that can't be read: a power failure may cut lines off or fill them with zeros.
 */
function read(fd, size, { path, identity, gone }) {
  let number = 0;
  let damaged = 0;
  const end = eachLine(fd, size, (line) => {
    number += 1;
    if (number === 1) checkHeader(line, path, identity);
    else if (!readOutcome(line, gone)) damaged += 1;
  });
  if (number === 0) {
    // The file is empty, or a crash has cut off the first line. Any other file belongs to the user.
    const begun = readAt(fd, 0, Math.min(size, CHUNK));
    if (!START.startsWith(begun.slice(0, START.length)) || size >= CHUNK) throw otherFile(path);
  }
  if (end < size) ftruncateSync(fd, end);
  if (number === 0) begin(fd, path, identity);
  return damaged;
}

function begin(fd, path, { server, fingerprint }) {
  const salt = newSalt();
  const rest = JSON.stringify({ server, salt, credential: fingerprint(salt) });
  append(fd, START + rest.slice(1));
  fsyncSync(fd);
  // Without this, a power failure may lose the file's name.
  try {
    const folder = openSync(dirname(path), "r");
    fsyncSync(folder);
    closeSync(folder);
  } catch {
    // Windows, and some network file systems, can't sync a folder.
  }
}

function checkHeader(line, path, { server, fingerprint }) {
  if (line === OLD) {
    throw new UsageError(
      `--resume: ${path} is a journal of an older version, which does not name its server and ` +
        "credential: give the name of a new file. Ids that are gone are then reported as missing",
    );
  }
  const header = line.startsWith(START) ? parsed(line) : undefined;
  if (typeof header?.salt !== "string") throw otherFile(path);
  if (header.server !== server) {
    throw new UsageError(
      `--resume: the journal ${path} belongs to the server ${header.server}, but this job's is ${server}`,
    );
  }
  if (header.credential === fingerprint(header.salt)) return;
  throw new UsageError(
    `--resume: the journal ${path} belongs to another credential, or another path of ${server}: ` +
      "use the one that it was begun with, or the name of a new file",
  );
}

const otherFile = (path) =>
  new UsageError(
    `--resume must name a journal of this command, or a file that is not there yet: ${path} is another file`,
  );

/** Returns whether the line is an outcome. */
function readOutcome(line, gone) {
  const outcome = parsed(line);
  if (typeof outcome?.id !== "string" || typeof outcome.status !== "string") return false;
  if (outcome.status === "deleted") gone.set(outcome.id, false);
  else gone.delete(outcome.id);
  return true;
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Passes each whole line to a function. Returns the end of the last one, in bytes. */
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
    rest = lines.pop().slice(0, LONGEST);
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
