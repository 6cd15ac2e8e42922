// The exit codes of the command, and the errors that choose one.

export const EXIT = { ok: 0, failed: 1, usage: 2, stopped: 3, interrupted: 130 };

/** The exit codes for the help and docs/cli.md. The same cause has the same code in each command. */
export const EXIT_CODES = [
  ["0", "Everything is done. A batch that does not exist counts as done."],
  ["1", "Some batches failed or were kept, or a purge was not confirmed."],
  ["2", "The command line or the configuration is not valid. Nothing was sent."],
  [
    "3",
    "The API refuses or fails every request: a refused key, a spend limit, a redirect, no connection. Or a file could not be read or written during the job.",
  ],
  ["130", "Interrupted by Ctrl-C (143 by SIGTERM, 129 by SIGHUP)."],
];

/**
 * A command line or a configuration that is not valid. The message refers to the help of `command`; `list` has the
 * valid names.
 */
export class UsageError extends Error {
  constructor(message, command, list) {
    super(message);
    this.command = command;
    this.list = list;
  }
}

/** The job can't continue because a file can't be read or written. */
export class StoppedError extends Error {}

/** Codes of errors that are found before anything is sent. */
const CONFIGURATION = ["invalid_option", "missing_credentials", "browser_not_allowed"];
/** Codes of errors that concern one batch. */
const OF_ONE_BATCH = ["invalid_option", "not_found", "conflict", "still_processing"];

/** Returns the exit code of an error that a command threw. */
export const exitCodeOf = (error) =>
  error instanceof UsageError || CONFIGURATION.includes(error?.code) ? EXIT.usage : EXIT.stopped;

/** Returns the exit code of a report, and of a purge's batches whose times could not be read. */
export function exitCodeOfReport({ stopped, failed, total, unsent, unjudgedTotal = 0 }) {
  const isFailureOfAll =
    failed.length > 0 &&
    failed.length === total - unsent &&
    failed.every(({ error }) => !OF_ONE_BATCH.includes(error.code));
  if (stopped || isFailureOfAll) return EXIT.stopped;
  return failed.length > 0 || unjudgedTotal > 0 ? EXIT.failed : EXIT.ok;
}
