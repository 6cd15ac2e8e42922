// Ctrl-C: the first drains the job, the second ends the process at once.

/** The exit codes of the signals that end a command. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

let onFirst;
let received;

/** Ends the process at a signal; at the first one of a job, only the job. */
export function watchSignals() {
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (received || !onFirst) process.exit(code);
      received = code;
      onFirst();
    });
  }
}

/** Returns the exit code of the signal that ended the job, if there was one. */
export const signalReceived = () => received;

/** Returns a controller for a job's `drain`, which the first signal aborts after a call of `onSignal`. */
export function drainOnSignal(onSignal) {
  const controller = new AbortController();
  onFirst = () => {
    onSignal();
    controller.abort();
  };
  return controller;
}
