// How the command ends: its exit codes, and the errors that choose one.

/** The exit codes, as docs/cli.md and the help list them. */
export const EXIT = { ok: 0, failed: 1, usage: 2, stopped: 3, interrupted: 130 };

/** A command line or a configuration that can't be used. `command` is the one whose help may help. */
export class UsageError extends Error {
  constructor(message, command) {
    super(message);
    this.command = command;
  }
}

/** The job can't go on, for a reason of this machine: a file that can't be read or written. */
export class StoppedError extends Error {}

/** Codes of errors that are found before anything is sent. */
const CONFIGURATION = ["invalid_option", "missing_credentials", "browser_not_allowed"];

/** The exit code of an error that a command threw. */
export function exitCodeOf(error) {
  if (error instanceof UsageError || CONFIGURATION.includes(error?.code)) return EXIT.usage;
  return error instanceof StoppedError ? EXIT.stopped : EXIT.failed;
}

/** The exit code of a report, and of a purge's batches whose times could not be read. */
export function exitCodeOfReport({ stopped, failed, unjudgedTotal = 0 }) {
  if (stopped) return EXIT.stopped;
  return failed.length > 0 || unjudgedTotal > 0 ? EXIT.failed : EXIT.ok;
}
