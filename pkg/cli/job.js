// Runs a job: its source of ids, its journal, its output and its exit code.

import { deleteBatches } from "../entry/node.js";
import { redactor } from "./credentials.js";
import { EXIT, exitCodeOfReport, StoppedError } from "./exit.js";
import { identityOf } from "./identity.js";
import { drainOnSignal, signalReceived } from "./interrupt.js";
import { openJournal } from "./journal.js";
import { openOutput, outcomeRecord, writeReport } from "./output.js";
import { hasProgress, note, print, progressLine, showProgress } from "./progress.js";
import { resumed } from "./resumed.js";
import { failureLines, summary } from "./summary.js";
import { messageOf, painter, printable } from "./text.js";

/** The function of the library for a job that deletes, and the ends of its batches. */
export const DELETION = { work: deleteBatches, ends: ["deleted"] };

/**
 * Runs `work` on the ids of `source` with the options of the library and of the command line. `ends` names the ends of
 * its batches, besides missing and failed; `source.refused` has the outcomes that are known before. `journal` is the
 * result of `journalOf`; `unjudged` has the batches that a purge could not judge, and their number. Resolves with the
 * exit code.
 */
export async function runJob(source, { library, options, journal, work, ends, unjudged = {} }) {
  const paint = painter(process.stderr);
  const shownId = redactor(library);
  const drain = drainOnSignal(() => {
    note("Interrupted: waiting for responses. Ctrl-C again ends at once.");
  });
  let isReaderGone = false;
  const output = openOutput(() => {
    isReaderGone = true;
    // Without a reader, outcomes are lost. The summary is not needed.
    if (options.json) drain.abort();
  });
  // On one terminal, the progress would mix with the outcomes, and erase the ids that are typed.
  const isShown = hasProgress() && !(options.json && process.stdout.isTTY) && !source.isTyped;
  const { refused = [] } = source;
  const known = new Set(refused.map(({ id }) => id));
  const isDone = (id) => known.has(id) || journal?.has(id);
  const ids = resumed(source.ids, { isDone, ready: output.ready });

  // Counted here with redacted ids and the source's indices, and for a job that rejects.
  const zeros = Object.fromEntries([...ends, "missing"].map((end) => [end, 0]));
  const counts = { ...zeros, failed: [], unsent: 0, total: 0 };
  const record = (outcome) => {
    const { status, id } = outcome;
    const shown = { ...outcome, id: shownId(id) };
    journal?.add(shown);
    counts.total += 1;
    if (status === "failed") counts.failed.push(shown);
    else counts[status] += 1;
    if (options.json) output.json(outcomeRecord(shown));
  };
  let state = { done: 0, ratePerSecond: 0 };
  const onProgress = (progress) => {
    state = progress;
    record({ ...progress.outcome, index: ids.indexOf(progress.outcome.index) });
  };
  const started = Date.now();
  let total;
  const line = () => {
    const skipped = known.size + (journal?.skipped() ?? 0);
    const now = { pausedUntil: 0, ...state, total, skipped, failed: counts.failed.length };
    return progressLine(now, Date.now(), started);
  };
  const endProgress = isShown ? showProgress(line) : () => {};
  // Counting may read the whole file. Until then, the progress has no bar.
  const setTotal = (count) => {
    total = count;
  };
  if (isShown) source.count().then(setTotal, () => {});
  let isReported = Boolean(options.json);
  const reportFailures = (report) => {
    if (!isReported) for (const failure of failureLines(report, paint)) print(failure);
    isReported = true;
  };
  // A second Ctrl-C hides no failure.
  process.once("exit", () => reportFailures(counts));

  let report = counts;
  let problem;
  try {
    for (const outcome of refused) record(outcome);
    const { signal } = drain;
    const {
      failed: _,
      drained,
      ...own
    } = await work(ids, { ...library, drain: signal, onProgress });
    report = { ...own, failed: counts.failed, total: own.total + refused.length };
  } catch (error) {
    if (counts.total === 0 && !(error instanceof StoppedError)) throw error;
    problem = error;
  } finally {
    endProgress();
    problem ??= close(journal);
  }

  const all = await withUnsent(report, source, journal?.skipped() ?? 0);
  // A signal during the last requests changes nothing.
  const isWhole = ids.isWhole() && !problem && all.unsent === 0 && all.failed.length === 0;
  const signal = isWhole ? undefined : signalReceived();
  const whole = {
    ...all,
    ...(journal && { skipped: journal.skipped() }),
    ...(unjudged.unjudgedTotal && unjudged),
    ...(signal && { interrupted: true }),
  };
  if (problem) print(`${paint("red", "error:")} ${printable(messageOf(problem))}`);
  reportFailures(whole);
  if (report.stopped) {
    print(`${paint("red", "stopped:")} ${printable(messageOf(report.stopped))}`);
  }
  if (signal) {
    if (journal) note("To resume, run the same command with the same --resume.");
    else
      note(
        "Ids without an outcome were not sent. With --resume FILE the next run sends only these.",
      );
  }
  if (options.json) await writeReport(output, whole);
  else if (!options.quiet) output.write(`${summary(whole)}\n`);
  const isStopped = problem || (isReaderGone && options.json);
  return output.end(signal ?? (isStopped ? EXIT.stopped : exitCodeOfReport(whole)));
}

/**
 * Opens the journal of `--resume`, if there is one, and reports lines that can't be read. It is opened
 * before the first request, because a journal of another credential is refused.
 */
export async function journalOf(library, { resume: path }, { isFresh = false } = {}) {
  if (path === undefined) return undefined;
  const journal = await openJournal(path, { identity: await identityOf(library), isFresh });
  const { damaged } = journal;
  if (damaged > 0) {
    const lines = damaged === 1 ? "1 line" : `${damaged} lines`;
    print(`${lines} of the journal can't be read: their ids are sent again.`);
  }
  return journal;
}

/** Closes the journal. Returns the error of a disk that did not take its last lines. */
function close(journal) {
  try {
    journal?.close();
    return undefined;
  } catch (error) {
    return error;
  }
}

/**
 * Counts the ids that a job has not pulled, if the whole list is known. The library gets the ids one by one, so it
 * can't count them.
 */
async function withUnsent(report, { ids, count }, skipped) {
  if (!Array.isArray(ids)) return report;
  const done = report.total - report.unsent;
  const unsent = (await count()) - skipped - done;
  return { ...report, unsent, total: done + unsent };
}
