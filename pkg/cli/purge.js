// delete-message-batch purge

import { purgeBatches } from "../entry/node.js";
import { confirm } from "./confirm.js";
import { libraryOptions } from "./connection.js";
import { EXIT, exitCodeOfReport, UsageError } from "./exit.js";
import { identityOf } from "./identity.js";
import { DELETION, journalOf, runJob } from "./job.js";
import { listingOf } from "./list.js";
import { openOutput, outcomeRecord, writeReport } from "./output.js";
import { note, print } from "./progress.js";
import { failureLines, summary } from "./summary.js";
import { painter, printable } from "./text.js";

export async function run({ options, positionals }) {
  if (positionals.length > 0) {
    throw new UsageError("purge takes no ids: delete does", "purge");
  }
  const whole = libraryOptions(options);
  const { createdBefore, endedBefore, status, limit, ...library } = whole;
  const purge = { ...whole, ...(options.all && { all: true }), dryRun: true };
  await check(purge);
  const isAsked = !options.yes && !options["dry-run"];
  if (isAsked && !(process.stdin.isTTY && process.stderr.isTTY)) {
    throw new UsageError("without a terminal to ask on, purge needs --yes or --dry-run", "purge");
  }
  if (options["dry-run"]) return showPlan(await makePlan(purge), library, options);

  const journal = await journalOf(library, options, { isFresh: true });
  const plan = await makePlan(purge);
  const line = await planLine(plan, library);
  const refused = plan.outcomes.filter(({ error }) => error);
  const count = plan.outcomes.length - refused.length;
  (isAsked ? print : note)(line);
  if (count > 0 && isAsked && !(await isConfirmed(plan.report, count, options))) {
    note("Nothing was deleted.");
    return EXIT.failed;
  }
  const ids = plan.outcomes.map(({ id }) => id);
  const { unjudged, unjudgedTotal } = plan.report;
  const job = { library, options, journal, unjudged: { unjudged, unjudgedTotal }, ...DELETION };
  return runJob({ ids, refused, count: async () => ids.length }, job);
}

/** Has the library check the options before the journal is opened: a drained job sends nothing. */
const check = (options) => purgeBatches({ ...options, drain: AbortSignal.abort() });

/** Resolves with the outcomes that the selected batches would have, and the report of them. */
async function makePlan(options) {
  const outcomes = [];
  const listing = listingOf(options);
  const onProgress = ({ outcome }) => {
    listing.add();
    outcomes.push(outcome);
  };
  try {
    const report = await purgeBatches({ ...listing.options, onProgress });
    return { outcomes, report };
  } finally {
    listing.end();
  }
}

/** Resolves with the lines about the clocks, if they differ, and about the batches of a plan. */
async function planLine({ outcomes, report }, library) {
  const { oldest, newest, clockDifferenceMs: ms } = report;
  const lines = [];
  if (ms !== undefined) {
    const minutes = Math.round(Math.abs(ms) / 60_000);
    const [side, earlier] = ms > 0 ? ["ahead of", "the API's"] : ["behind", "this one"];
    lines.push(
      `The clock of this machine is ${minutes} min ${side} the API's. Ages count from ${earlier}.`,
    );
  }
  const { server, workspace } = await identityOf(library);
  const place = `on ${server}, ${workspace ? `workspace ${workspace}` : "in the credential's own workspace"}`;
  const range = oldest ? `: the oldest was created ${oldest}, the newest ${newest}` : "";
  const number = outcomes.length;
  if (number === 0) lines.push("No batch is selected.");
  else lines.push(printable(`${batches(number)} ${place}${range}.`));
  return lines.join("\n");
}

const batches = (number) => (number === 1 ? "1 batch" : `${number} batches`);

/** Asks about the batches that will be deleted, after the failures of the others. */
function isConfirmed(report, count, { all, "if-processing": ifProcessing }) {
  for (const line of failureLines({ ...report, dryRun: true }, painter(process.stderr)))
    print(line);
  if (ifProcessing === "cancel") {
    print("Batches that have not ended are canceled first: their unprocessed requests are lost.");
  }
  if (!all) return confirm(`Delete ${batches(count)}? This can't be undone. [y/N] `, /^y(es)?$/i);
  const question = `This can't be undone. Type ${count} to delete ${batches(count)}: `;
  return confirm(question, new RegExp(`^${count}$`));
}

async function showPlan(plan, library, options) {
  const output = openOutput();
  const { report } = plan;
  for (const outcome of plan.outcomes) {
    if (options.json) output.json({ ...outcomeRecord(outcome), dryRun: true });
    else if (!outcome.error) output.write(`${printable(outcome.id)}\n`);
    await output.ready();
  }
  if (options.json) await writeReport(output, report);
  else for (const line of failureLines(report, painter(process.stderr))) print(line);
  note(await planLine(plan, library));
  if (!options.json) note(summary(report));
  return output.end(exitCodeOfReport(report));
}
