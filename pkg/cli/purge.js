// delete-message-batch purge

import { purgeBatches } from "../entry/node.js";
import { confirm } from "./confirm.js";
import { deletionOptions, selectionOptions } from "./connection.js";
import { EXIT, exitCodeOfReport, UsageError } from "./exit.js";
import { DELETION, journalOf, runJob } from "./job.js";
import { openOutput, outcomeRecord, writeReport } from "./output.js";
import { summary } from "./summary.js";
import { failureLine, printable } from "./text.js";

export async function run({ options, positionals }) {
  if (positionals.length > 0) {
    throw new UsageError("purge takes no ids: delete does", "purge");
  }
  const library = deletionOptions(options);
  const purge = {
    ...library,
    ...selectionOptions(options),
    ...(options.all && { all: true }),
    dryRun: true,
  };
  await check(purge);
  const { isTTY } = process.stdin;
  if (!options.yes && !options["dry-run"] && !(isTTY && process.stderr.isTTY)) {
    throw new UsageError("without a terminal to ask on, purge needs --yes or --dry-run", "purge");
  }

  if (options["dry-run"]) return showPlan(await makePlan(purge), options);
  const journal = await journalOf(library, options, { isFresh: true });
  const plan = await makePlan(purge);
  process.stderr.write(`${planLine(plan)}\n`);
  const { unjudged, unjudgedTotal } = plan.report;
  const job = { library, options, journal, unjudged: { unjudged, unjudgedTotal }, ...DELETION };
  const ids = plan.outcomes.map(({ id }) => id);
  if (ids.length > 0 && !options.yes) {
    const them = ids.length === 1 ? "it" : `all ${ids.length}`;
    if (!(await confirm(`Delete ${them}?`))) {
      process.stderr.write("Nothing was deleted.\n");
      return EXIT.failed;
    }
  }
  return runJob({ ids, count: async () => ids.length }, job);
}

/** Lets the library check the options before the journal is opened: a drained job sends nothing. */
const check = (options) => purgeBatches({ ...options, drain: AbortSignal.abort() });

/** The selected batches: `{ outcomes, waiting, report }`. */
async function makePlan(options) {
  const plan = { outcomes: [], waiting: 0 };
  plan.report = await purgeBatches({
    ...options,
    onProgress({ outcome }) {
      plan.outcomes.push(outcome);
      if (outcome.error?.code === "still_processing") plan.waiting += 1;
    },
  });
  tellClocks(plan.report);
  return plan;
}

function tellClocks({ clockDifferenceMs: ms }) {
  if (ms === undefined) return;
  const minutes = Math.round(Math.abs(ms) / 60_000);
  const [side, earlier] = ms > 0 ? ["ahead of", "the API's"] : ["behind", "this one"];
  process.stderr.write(
    `The clock of this machine is ${minutes} min ${side} the API's. Ages count from ${earlier}.\n`,
  );
}

function planLine({ outcomes, waiting, report: { oldest, newest } }) {
  const number = outcomes.length;
  if (number === 0) return "No batch is selected.";
  const count = number === 1 ? "1 batch" : `${number} batches`;
  const range = oldest ? `: the oldest was created ${oldest}, the newest ${newest}` : "";
  const note =
    waiting > 0
      ? `\n${waiting} of them have not ended, and will fail without --if-processing wait or cancel.`
      : "";
  return printable(`${count}${range}.`) + note;
}

async function showPlan(plan, options) {
  const output = openOutput();
  const { report } = plan;
  if (options.json) {
    for (const outcome of plan.outcomes) {
      output.json(outcomeRecord(outcome));
      await output.ready();
    }
    await writeReport(output, report);
  } else {
    for (const { id, error } of plan.outcomes) {
      if (error) process.stderr.write(`would fail: ${failureLine(id, error)}\n`);
      else output.write(`${printable(id)}\n`);
      await output.ready();
    }
    process.stderr.write(`${planLine(plan)}\n${summary(report)}\n`);
  }
  return output.end(exitCodeOfReport(report));
}
