// Stdout: lines for people or JSON lines for programs, a reader that goes away, a disk that is full.

import { withoutKeys } from "./credentials.js";
import { EXIT } from "./exit.js";
import { signalReceived } from "./interrupt.js";
import { print } from "./progress.js";
import { messageOf, printable } from "./text.js";

/** The fields of an error that a program decides on. Headers and bodies stay out. */
const FIELDS = [
  ...["code", "message", "status", "type", "errorCode", "requestId", "attempts", "retryAfterMs"],
  ...["option", "retryable", "maybeApplied"],
];

/** The milliseconds for which a reader may read nothing after a signal. */
const UNREAD_MS = 1_000;

/** Writes to stdout. Calls `onGone` once, if the reader has closed it, or a write fails. */
export function openOutput(onGone = () => {}) {
  const { stdout } = process;
  let gone = false;
  let isBroken = false;
  stdout.on("error", (error) => {
    if (gone) return;
    gone = true;
    isBroken = error.code !== "EPIPE";
    if (isBroken) {
      print(`error: stdout can't be written: ${printable(messageOf(error))}`);
    }
    onGone();
  });
  const write = (text) => {
    if (!gone) stdout.write(text);
  };
  /**
   * Waits for a callback of the stream. After a signal, a reader that has read nothing for a while
   * counts as gone: the command must end.
   */
  const read = (begin) =>
    new Promise((resolve) => {
      let unread;
      const timer = setInterval(() => {
        const isStuck = stdout.writableLength === unread;
        unread = signalReceived() === undefined ? undefined : stdout.writableLength;
        gone ||= isStuck;
        if (isStuck) done();
      }, UNREAD_MS);
      const done = () => {
        clearInterval(timer);
        stdout.off("drain", done).off("close", done);
        resolve();
      };
      stdout.once("close", done);
      begin(done);
    });
  return {
    write,
    json: (value) => write(`${JSON.stringify(value)}\n`),
    /** Returns undefined if more may be written now, else a promise that resolves then. */
    ready() {
      if (gone || !stdout.writableNeedDrain) return undefined;
      return read((done) => stdout.once("drain", done));
    },
    /** Waits until everything is written, or a write has failed. Resolves with `code`, unless a write has failed. */
    async end(code) {
      if (!gone && !stdout.destroyed) await read((done) => stdout.write("", done));
      return isBroken ? EXIT.stopped : code;
    },
  };
}

/** `{ id, index, status, requestId?, error? }`: an outcome, as `--json` writes it and a journal keeps it. */
export function outcomeRecord({ error, ...outcome }) {
  return { ...outcome, ...(error && { error: errorRecord(error) }) };
}

function errorRecord(error) {
  const own = FIELDS.filter((name) => error[name] !== undefined);
  const record = Object.fromEntries(own.map((name) => [name, error[name]]));
  // The path of a request has the id, which may be a key.
  return { ...record, message: withoutKeys(messageOf(error)) };
}

/**
 * Yields the parts of the report's line. With a million failures, the line is longer than a string
 * may be.
 */
export async function writeReport(output, { failed, stopped, ...counts }) {
  const rest = { ...counts, ...(stopped && { stopped: errorRecord(stopped) }) };
  output.write(`${JSON.stringify(rest).slice(0, -1)},"failed":[`);
  for (const [number, { id, index, error }] of failed.entries()) {
    const line = JSON.stringify({ id, index, error: errorRecord(error) });
    output.write(number === 0 ? line : `,${line}`);
    await output.ready();
  }
  output.write("]}\n");
}
