// Deleting many batches: the bar of the selection, and the strip of the job.

import {
  clearSelection,
  countDeletable,
  selectedBatches,
  selection,
  selectionSummary,
  shown,
  tidySelection,
} from "../list/selection.js";
import { announce } from "../ui/announce.js";
import { define, html, nothing, PageElement, properties } from "../ui/element.js";
import { amount, number } from "../ui/format.js";
import { button, timeAt } from "../ui/parts.js";
import { atMostEvery } from "../ui/schedule.js";
import { Signal } from "../ui/signal.js";
import { startJob } from "./job.js";
import { doneOf, endOf, endView, interruptedView, progressView } from "./progress.js";
import "./question.js";
import { allResults } from "./receipts.js";
import { forgetJob, interruptedJob } from "./resume.js";

const SHOWN_MS = 100;
const TICK_MS = 1_000;
const SPOKEN_MS = 10_000;

/** The job that runs. */
const active = new Signal();

const question = () => document.querySelector("delete-question");
const batchesOf = (ids) => document.querySelector("batch-list").batchesOf(ids);

class DeleteBar extends PageElement {
  static signals = [selection, shown, active];
  static properties = properties("isComplete");

  connectedCallback() {
    super.connectedCallback();
    Object.assign(this, { role: "group", ariaLabel: "Selected batches", tabIndex: -1 });
    addEventListener("delete-ids", ({ detail }) => this.ask(batchesOf(detail)));
  }

  render() {
    const { size } = selection.value;
    const hadFocus = this.contains(document.activeElement);
    this.hidden = size === 0;
    if (size === 0) {
      if (hadFocus) document.getElementById("select-all").focus();
      return nothing;
    }
    const matching = countDeletable();
    const all = this.isComplete ? `all ${number(matching)}` : "all";
    return html`<p><strong class="question">${number(size)} selected</strong> <span class="quiet">${ages()}</span></p>
      <div class="actions">
        ${
          matching > size || !this.isComplete
            ? button(
                `Select ${all} that match`,
                () => dispatchEvent(new Event("select-all")),
                "link",
              )
            : nothing
        }
        ${button("Clear selection", clearSelection, "link")}
        ${button(`Delete ${amount(size)}…`, () => this.ask(), "danger", Boolean(active.value))}
      </div>`;
  }

  /** Asks about these batches, the selected ones by default. */
  ask(batches = selectedBatches()) {
    if (active.value) announce("A job is running");
    else question().open(batches);
  }
}

define("delete-bar", DeleteBar);

/** The ages of the selected batches, and those in progress. */
function ages() {
  const { oldest, newest, running } = selectionSummary();
  if (oldest > newest) return nothing;
  const [from, to] = [timeAt(oldest), timeAt(newest)];
  const more = running > 0 ? ` · ${number(running)} in progress` : "";
  return oldest === newest
    ? html`created ${from}${more}`
    : html`oldest ${from} · newest ${to}${more}`;
}

class DeleteJob extends PageElement {
  static signals = [active];
  static properties = properties("job", "interrupted");

  connectedCallback() {
    super.connectedCallback();
    this.tabIndex = -1;
    addEventListener("start-job", ({ detail }) => this.#run(detail));
    this.addEventListener(
      "keydown",
      ({ key }) => key === "Escape" && this.dataset.phase === "end" && this.#close(),
    );
    this.#find();
  }

  render() {
    const { job, interrupted } = this;
    this.hidden = !job && !interrupted;
    this.dataset.phase = active.value ? "running" : job ? "end" : "interrupted";
    const close = () => this.#close();
    if (active.value) return progressView(job, () => this.#stop());
    if (job) return endView(job, { resume: (rest) => question().open(rest), close });
    if (!interrupted) return nothing;
    const resume = () => question().open(batchesOf(interrupted.ids));
    return interruptedView(interrupted, { resume, close });
  }

  async #find() {
    const found = await interruptedJob();
    if (!found) return;
    // The last outcomes before a reload are receipts, but not in the storage of the job yet.
    const known = new Set(allResults().map(({ id }) => id));
    const ids = found.ids.filter((id) => !known.has(id));
    if (ids.length > 0) this.interrupted = { ...found, ids };
    else forgetJob();
  }

  async #run({ batches, ifProcessing }) {
    if (active.value) return;
    const update = atMostEvery(SHOWN_MS, () => this.requestUpdate());
    const job = startJob(batches, ifProcessing, update);
    Object.assign(this, { job, interrupted: undefined });
    active.set(job);
    clearSelection();
    addEventListener("beforeunload", keepOpen);
    announce(`Deleting ${amount(batches.length)}`);
    const timers = [
      setInterval(update, TICK_MS),
      setInterval(() => announce(doneOf(job)), SPOKEN_MS),
    ];
    await this.updateComplete;
    this.focus();
    await job.ended;
    for (const timer of timers) clearInterval(timer);
    removeEventListener("beforeunload", keepOpen);
    this.#end(job);
  }

  #end(job) {
    active.set(undefined);
    tidySelection();
    announce(endOf(job));
  }

  #stop() {
    this.job.stop();
    announce("Stopping: requests in flight end first");
    this.requestUpdate();
  }

  #close() {
    forgetJob();
    const hadFocus = this.contains(document.activeElement);
    Object.assign(this, { job: undefined, interrupted: undefined });
    if (hadFocus) document.getElementById("batches-title").focus();
  }
}

define("delete-job", DeleteJob);

const keepOpen = (event) => event.preventDefault();
