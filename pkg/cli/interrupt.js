// Ctrl-C: the first ends the work in an orderly way, the second at once.

/** The exit codes of the signals that end a command. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** How long after the last response its outcome may take to be reported. */
const SETTLE_MS = 20;

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

/**
 * A job that can be stopped: `options` go to the library. Once stopped, no attempt begins. When
 * those that are on their way have ended, the job is aborted with `reason`.
 */
export function stoppable(onSignal) {
  const reason = new Error("stopped");
  const controller = new AbortController();
  let running = 0;
  let stopping = false;
  const endIfIdle = () => {
    if (stopping && running <= 0) setTimeout(() => controller.abort(reason), SETTLE_MS);
  };
  const stop = () => {
    if (stopping) return;
    stopping = true;
    endIfIdle();
  };
  onFirst = () => {
    onSignal(running);
    stop();
  };
  return {
    reason,
    stop,
    isStopping: () => stopping,
    options: {
      signal: controller.signal,
      fetch(url, init) {
        // A retry would be one more attempt. It waits for the abort.
        if (stopping) return aborted(init.signal);
        running += 1;
        return fetch(url, init);
      },
      // After the last byte of each response, and after each failure.
      onAttempt() {
        running -= 1;
        endIfIdle();
      },
    },
  };
}

function aborted(signal) {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
