// Deleting the batches that are selected: the bar, the question, the progress, the end.

import { confirmation } from "./confirmation.js";
import { announce, button, byId, el } from "./dom.js";
import { startJob } from "./job.js";
import { amount, number } from "./numbers.js";
import { endView, progressView } from "./progress.js";
import { atMostEvery } from "./schedule.js";
import { showCodeFor } from "./settings.js";

const SHOWN_MS = 100;
const SPOKEN_MS = 10_000;

/**
 * @param {object} parts
 * @param {ReturnType<import("./selection.js").createSelection>} parts.selection
 * @param {() => { matching: number, isComplete: boolean }} parts.shown
 * @param {() => Promise<void>} parts.selectAll reads the list to its end first
 * @param {(batch?: object) => void} parts.onChange a batch has another outcome
 * @param {(error: object) => void} parts.onFailure why a job ended early
 */
export function createBulk({ selection, shown, selectAll, onChange, onFailure }) {
  const place = byId("bulk");
  let phase = "idle";
  place.onkeydown = ({ key }) => {
    if (key === "Escape" && (phase === "question" || phase === "end")) showBar();
  };
  return { showSelection, confirm };

  /** Replaces what is shown. The focus stays in here, if it was. */
  function show(name, ...children) {
    const hadFocus = place.contains(document.activeElement);
    phase = name;
    place.dataset.phase = name;
    place.hidden = children.length === 0;
    place.replaceChildren(...children.filter(Boolean));
    if (hadFocus) (place.hidden ? byId("select-all") : place).focus();
  }

  /** After a change of the selection or of the list. */
  function showSelection() {
    if (phase === "idle" || phase === "question") showBar();
  }

  function showBar() {
    const { size } = selection;
    const { matching, isComplete } = shown();
    showCodeFor(selection.batches().map(({ id }) => id));
    if (size === 0) return show("idle");
    const all = isComplete ? `all ${number.format(matching)}` : "all";
    show(
      "idle",
      el("p", { className: "question" }, `${number.format(size)} selected`),
      el(
        "div",
        { className: "actions" },
        button(`Delete ${amount(size)}…`, () => confirm(selection.batches()), "to-danger"),
        (matching > size || !isComplete) && button(`Select ${all} that match`, selectAll),
        button("Select none", () => selection.clear()),
      ),
    );
  }

  /** Just these are deleted, once that is confirmed. */
  function confirm(batches) {
    if (phase === "running") return;
    const question = confirmation(batches, { onConfirm: run, onCancel: showBar });
    show("question", ...question.children);
    place.focus();
    announce(question.title());
  }

  async function run(batches, ifProcessing) {
    const view = progressView(() => {
      job.stop();
      announce("Stopping: requests on their way end first");
      view.update(job);
    });
    show("running", ...view.children);
    place.focus();
    announce(`Deleting ${amount(batches.length)}`);
    addEventListener("beforeunload", keepOpen);
    const update = atMostEvery(SHOWN_MS, () => view.update(job));
    const job = startJob(batches, ifProcessing, (batch) => {
      onChange(batch);
      update();
    });
    selection.clear();
    onChange();
    view.update(job);
    const timers = [
      setInterval(() => view.update(job), 1_000),
      setInterval(() => announce(view.text(job)), SPOKEN_MS),
    ];
    await job.ended;
    for (const timer of timers) clearInterval(timer);
    removeEventListener("beforeunload", keepOpen);
    end(job, batches);
  }

  function end(job, batches) {
    if (job.error) onFailure(job.error);
    const rest = batches.filter(({ outcome }) => outcome === undefined);
    const view = endView(job);
    show(
      "end",
      ...view.children,
      el(
        "div",
        { className: "actions" },
        rest.length > 0 && button(`Go on with ${amount(rest.length)}…`, () => confirm(rest)),
        button("Close", showBar),
      ),
    );
    announce(view.text);
  }
}

const keepOpen = (event) => event.preventDefault();
