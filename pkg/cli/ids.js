// Reads ids from the command line, from stdin, or from a file.

import { createReadStream, fstatSync, openSync, statSync } from "node:fs";
import { StoppedError, UsageError } from "./exit.js";
import { linesOf } from "./lines.js";
import { note } from "./progress.js";

/** The length at which a line is cut off: the library refuses an id of it. */
const LONGEST = 300;

/**
 * Returns `{ ids, count, isTyped }`: an iterable or async iterable; a function that resolves with the number of ids, or
 * with undefined if only reading to the end would show it; `isTyped` is true if a person types the ids.
 */
export function idSource(command, { options, positionals }) {
  const fromStdin = positionals.includes("-") || options.file === "-";
  const kinds = [options.file !== undefined, positionals.length > 0].filter(Boolean).length;
  if (kinds === 0) {
    throw new UsageError(`no ids: give them as arguments, "-" for stdin, or --file FILE`, command);
  }
  if (kinds > 1 || (fromStdin && positionals.length > 1)) {
    throw new UsageError('ids come from arguments, from "-" or from --file: choose one', command);
  }
  if (fromStdin) {
    refuseJournal(options.resume, "stdin", () => fstatSync(0, BIG));
    const { isTTY } = process.stdin;
    return { ids: stdinIds(isTTY), count: async () => undefined, isTyped: isTTY };
  }
  if (options.file !== undefined) {
    refuseJournal(options.resume, "--file", () => statSync(options.file, BIG));
    return fileIds(options.file);
  }
  return { ids: positionals, count: async () => new Set(positionals).size };
}

/** Identifies a file by BigInts: its numbers may be too large for a double. */
const BIG = { bigint: true };

/** Refuses a journal that is also the list of ids. */
function refuseJournal(path, name, statIds) {
  if (path === undefined) return;
  let [ids, journal] = [];
  try {
    [ids, journal] = [statIds(), statSync(path, BIG)];
  } catch {
    // A missing file is not the list. Opening it reports any other error.
    return;
  }
  if (ids.dev !== journal.dev || ids.ino !== journal.ino) return;
  throw new UsageError(`${name} and --resume name the same file: the ids, and the journal`);
}

function stdinIds(isTyped) {
  if (isTyped) {
    note("Reading ids from the terminal, one a line. Ctrl-D ends the list.");
  }
  return idsOf(process.stdin, "stdin");
}

function fileIds(path) {
  let stat;
  let fd;
  try {
    // Opens it now, so that an unreadable file fails before anything is sent.
    fd = openSync(path);
    stat = statSync(path);
  } catch (error) {
    throw new UsageError(`--file can't be read: ${error.message}`);
  }
  if (stat.isDirectory()) throw new UsageError(`--file is a folder: ${path}`);
  const count = async () => {
    // A pipe can be read once.
    if (!stat.isFile()) return undefined;
    let found = 0;
    for await (const _ of idsOf(createReadStream(path), path)) found += 1;
    return found;
  };
  return { ids: idsOf(createReadStream("", { fd }), path), count };
}

/** Yields the ids of a stream of lines; skips blank lines and comments. */
async function* idsOf(stream, name) {
  let isFirst = true;
  try {
    for await (const line of linesOf(stream, LONGEST, name)) {
      const id = line.trim();
      if (!id || id.startsWith("#")) continue;
      if (isFirst && id.startsWith("{")) {
        throw new UsageError(`${name} has JSON: give one id a line, as list --ids writes them`);
      }
      isFirst = false;
      yield id;
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new StoppedError(`${name} can't be read any further: ${error.message}`);
  }
}
