// One batch of the list.

import { retrieve } from "./api.js";
import { createDeletion } from "./deletion.js";
import { el, hidden } from "./dom.js";
import { timeElement } from "./time.js";

const STATES = { in_progress: "in progress", canceling: "canceling", ended: "ended" };
const number = new Intl.NumberFormat("en");

export function createRow(batch, { onDeleted }) {
  const { id } = batch;
  const state = el("p", { className: "state" });
  const times = el("p", { className: "times" });
  const counts = el("p", { className: "counts" });
  const open = el(
    "button",
    { type: "button", className: "button to-danger", onclick: ask },
    "Delete",
    hidden(` ${id}`),
  );
  const place = el("div", { className: "row-panel" });
  const head = el(
    "div",
    { className: "row-head" },
    el("h3", { className: "mono" }, id),
    state,
    times,
    counts,
    open,
  );
  const element = el("li", { className: "row", "data-batch": id }, head, place);
  let deletion;
  let isGone = false;
  update(batch);
  return {
    id,
    element,
    update,
    isBusy: () => Boolean(deletion?.isRunning()),
    isGone: () => isGone,
    focus: () => open.focus(),
  };

  function update(fresh) {
    batch = fresh;
    const { processing_status, created_at, ended_at } = batch;
    state.textContent = STATES[processing_status] ?? processing_status;
    element.dataset.state = processing_status;
    times.replaceChildren(el("span", {}, "created ", timeElement(created_at)));
    if (ended_at) times.append(", ", el("span", {}, "ended ", timeElement(ended_at)));
    counts.textContent = countsInWords(batch.request_counts);
  }

  function ask() {
    deletion = createDeletion({
      id,
      state: batch.processing_status,
      onDeleted: () => {
        // The receipt takes the place of the batch, so that nothing jumps.
        isGone = true;
        head.remove();
        element.classList.add("receipt");
        delete element.dataset.batch;
        element.dataset.receipt = id;
        onDeleted();
      },
      onFailed: refresh,
      onClose: close,
    });
    place.replaceChildren(deletion.element);
    open.classList.add("in-use");
    deletion.focus();
  }

  function close() {
    deletion = undefined;
    if (isGone) {
      const next = element.nextElementSibling ?? element.previousElementSibling;
      element.remove();
      next?.querySelector("button")?.focus();
      return;
    }
    place.replaceChildren();
    open.classList.remove("in-use");
    open.focus();
  }

  /** Shows the batch as it is now; a failure leaves it as it was. */
  async function refresh() {
    try {
      update(await retrieve(id));
    } catch {
      // The failure that is shown already says what is wrong.
    }
  }
}

/** Only what there is: most batches have one kind. */
function countsInWords(counts) {
  const parts = ["succeeded", "errored", "canceled", "expired", "processing"]
    .filter((name) => counts[name] > 0)
    .map((name) => `${number.format(counts[name])} ${name}`);
  return parts.join(", ") || "no requests";
}
