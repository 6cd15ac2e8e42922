// delete-message-batch cancel

import { cancelBatch } from "../entry/node.js";
import { connectionOptions } from "./connection.js";
import { redactor } from "./credentials.js";
import { EXIT, UsageError } from "./exit.js";
import { idSource } from "./ids.js";
import { signalReceived, stoppable } from "./interrupt.js";
import { openOutput, outcomeRecord } from "./output.js";
import { resumed } from "./resumed.js";
import { failureLines, KEY_REFUSED, messageOf, painter, printable } from "./text.js";

export async function run({ options, positionals }) {
  const library = connectionOptions(options);
  const { concurrency = 8 } = options;
  if (concurrency < 1 || concurrency > 256) {
    throw new UsageError("--concurrency must be from 1 to 256", "cancel");
  }
  const source = idSource("cancel", { options, positionals });
  const paint = painter(process.stderr);
  const job = stoppable(() => process.stderr.write("Interrupted: no further requests.\n"));
  const output = openOutput(job.stop);
  const ids = resumed(source.ids, { isStopping: job.isStopping, ready: output.ready });
  const failures = failureLines((line) => {
    process.stderr.write(`${paint("red", "failed")} ${line}\n`);
  });
  // As in a job that deletes, a refused key stops it. By chance, some may be refused.
  const most = Math.max(12, concurrency + 4);
  let refusals = 0;
  let stopped;
  const counts = { canceled: 0, failed: 0, total: 0 };
  const shownId = redactor(library);
  const record = ({ id, ...rest }) => {
    const outcome = { id: shownId(id), ...rest };
    counts.total += 1;
    counts[outcome.error ? "failed" : "canceled"] += 1;
    if (options.json) output.json(outcomeRecord(outcome));
    else if (outcome.error) failures.add(outcome);
    refusals = outcome.error?.code === KEY_REFUSED ? refusals + 1 : 0;
    if (refusals < most) return;
    stopped ??= outcome.error;
    job.stop();
  };

  const iterator = ids[Symbol.asyncIterator]();
  let next = 0;
  let configuration;
  async function work() {
    for (;;) {
      const { done, value: id } = await iterator.next();
      if (done) return;
      const index = next;
      next += 1;
      try {
        const batch = await cancelBatch(id, { ...library, ...job.options });
        record({ id, index, status: batch.processing_status });
      } catch (error) {
        if (error === job.reason) return;
        if (isConfiguration(error)) {
          // Every id would fail in the same way, and nothing was sent.
          configuration ??= error;
          job.stop();
          return;
        }
        record({ id, index, status: "failed", error });
      }
    }
  }
  const { signal: abort } = job.options;
  // While stdin is silent, a worker waits for it.
  const isDone = await Promise.race([
    Promise.all(Array.from({ length: concurrency }, work)).then(() => !abort.aborted),
    new Promise((resolve) => abort.addEventListener("abort", () => resolve(false))),
  ]);
  if (configuration) throw configuration;

  const signal = isDone && ids.isWhole() ? undefined : signalReceived();
  failures.end(stopped);
  if (stopped) {
    process.stderr.write(`${paint("red", "stopped:")} ${printable(messageOf(stopped))}\n`);
  }
  if (options.json) output.json({ ...counts, ...(signal && { interrupted: true }) });
  else {
    const failed = counts.failed > 0 ? `, ${counts.failed} failed` : "";
    output.write(`${counts.canceled} canceled${failed}\n`);
  }
  const code = job.isStopping() ? EXIT.stopped : counts.failed > 0 ? EXIT.failed : EXIT.ok;
  return output.end(signal ?? code);
}

/** An id that is not valid is one batch's failure; every other option is everybody's. */
function isConfiguration(error) {
  if (error.code === "missing_credentials") return true;
  return error.code === "invalid_option" && !error.message.startsWith("id ");
}
