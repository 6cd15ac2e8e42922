// One batch of the table.

import { COUNTS, isDeletable, STATES } from "./batch.js";
import { createDeletion } from "./deletion.js";
import { code, copyButton, el, facts, hidden, visible } from "./dom.js";
import { format, number } from "./numbers.js";
import { exact, timeElement } from "./time.js";

const compact = format(Intl.NumberFormat, "en", { notation: "compact", maximumFractionDigits: 1 });

const OUTCOMES = {
  queued: "waiting to be deleted",
  deleted: "deleted",
  missing: "gone already",
  failed: "failed",
};

/**
 * @param {import("./batch.js").Batch} batch
 * @param {object} table
 * @param {(batch: object) => boolean} table.isSelected
 * @param {(batch: object, isSelected: boolean, isRange: boolean) => void} table.onSelect
 * @param {(row: object) => void} table.onPanel a panel was opened or closed
 * @param {(batch: object, result: object) => void} table.onEnd a deletion has ended
 * @param {(batch: object) => void} table.onClose a batch that is gone was closed
 */
export function createRow(batch, table) {
  const { id } = batch;
  const name = batch.source.isNoBatch ? "not a batch" : visible(id);
  const check = el("input", {
    type: "checkbox",
    className: "row-check",
    ariaLabel: `Select ${name}`,
    "data-column": "check",
    onclick: (event) => table.onSelect(batch, check.checked, event.shiftKey),
  });
  const toggle = el(
    "button",
    {
      type: "button",
      className: "row-id mono",
      ariaExpanded: "false",
      "data-column": "id",
      onclick: () => showDetails(!details),
    },
    el("bdi", { dir: "ltr" }, name),
  );
  const open = el(
    "button",
    { type: "button", className: "button to-danger", "data-column": "delete", onclick: begin },
    "Delete",
    hidden(` ${name}`),
  );
  const cells = {
    state: cell("state"),
    requests: cell("requests"),
    created: cell("created"),
    ended: cell("ended"),
    expires: cell("expires"),
  };
  const panel = cell("panel");
  panel.hidden = true;
  const element = el(
    "div",
    { className: "row", role: "row" },
    cell("check", el("label", { className: "row-check-area" }, check)),
    cell("id", toggle),
    ...Object.values(cells),
    cell("delete", open),
    panel,
  );
  let details;
  let deletion;
  const row = { batch, element, panel, extra: 0, update, mark, showDetails, focus, isOpen, begin };
  update();
  return row;

  /** Shows the batch as it is now. */
  function update() {
    const { outcome, state } = row.batch;
    const isGone = ["deleted", "missing"].includes(outcome?.status);
    element.dataset[isGone ? "receipt" : "batch"] = id;
    delete element.dataset[isGone ? "batch" : "receipt"];
    element.dataset.state = outcome?.status ?? state;
    mark();
    open.hidden = !isDeletable(row.batch);
    cells.state.replaceChildren(el("span", { className: "state" }, stateText(row.batch)));
    cells.requests.replaceChildren(...requests(row.batch));
    const { createdAt, endedAt, expiresAt, source } = row.batch;
    cells.created.replaceChildren(label("created "), time(createdAt, source.created_at));
    cells.ended.replaceChildren(
      ...(source.ended_at ? [label("ended "), time(endedAt, source.ended_at)] : []),
    );
    const hasResults = state === "ended" && !Number.isNaN(expiresAt);
    cells.expires.replaceChildren(...(hasResults ? expiry(row.batch) : []));
    if (details) showDetails(true);
  }

  function mark() {
    check.disabled = !isDeletable(row.batch);
    check.checked = table.isSelected(row.batch);
    element.classList.toggle("selected", check.checked);
  }

  function isOpen() {
    return Boolean(details || deletion);
  }

  function focus(column = "delete") {
    const target = element.querySelector(`[data-column="${column}"]:not(:disabled, [hidden])`);
    (target ?? toggle).focus();
  }

  function showDetails(isShown) {
    details?.remove();
    details = isShown ? detailsOf(row.batch) : undefined;
    if (details) panel.prepend(details);
    toggle.ariaExpanded = `${isShown}`;
    panelChanged();
  }

  function begin() {
    if (deletion) return deletion.focus();
    row.batch.isBusy = true;
    deletion = createDeletion({
      id,
      state: row.batch.state,
      onEnd: (result) => table.onEnd(row.batch, result),
      onClose: close,
    });
    panel.append(deletion.element);
    open.classList.add("in-use");
    panelChanged();
    deletion.focus();
  }

  function close() {
    deletion.element.remove();
    deletion = undefined;
    row.batch.isBusy = false;
    open.classList.remove("in-use");
    panelChanged();
    if (["deleted", "missing"].includes(row.batch.outcome?.status)) table.onClose(row.batch);
    else focus();
  }

  function panelChanged() {
    panel.hidden = !isOpen();
    table.onPanel(row);
  }
}

function cell(name, ...children) {
  const element = el("div", { className: `cell cell-${name}`, role: "cell" }, children);
  element.style.gridArea = name;
  return element;
}

function stateText({ state, outcome, problem }) {
  if (outcome?.status === "failed") return `✗ ${outcome.error?.code ?? "failed"}`;
  if (outcome) return OUTCOMES[outcome.status];
  return STATES[state] ?? (state ? visible(state) : (problem ?? "no state"));
}

/** Shows a time, or the string that the API sent instead of one. */
function time(ms, text) {
  if (!Number.isNaN(ms)) return timeElement(text);
  return el(
    "span",
    { className: "odd" },
    text === undefined ? "never" : visible(JSON.stringify(text)),
  );
}

function expiry({ expiresAt, source }) {
  if (source.archived_at) return ["expired"];
  return [label("expires "), timeElement(new Date(expiresAt).toISOString())];
}

/** A bar of how many requests are in which state, and the numbers. */
function requests({ counts, total }) {
  if (!counts) return [el("span", { className: "odd" }, "no counts")];
  const parts = COUNTS.filter((name) => counts[name] > 0);
  const bar = el(
    "span",
    { className: "bar", ariaHidden: "true" },
    parts.map((name) => {
      const part = el("span", { "data-count": name });
      part.style.flexGrow = counts[name] / total;
      return part;
    }),
  );
  const format = parts.length > 1 ? compact : number;
  const text = parts.map((name) => `${format.format(counts[name])} ${name}`).join(", ");
  return [bar, el("span", { className: "counts" }, text || "no requests")];
}

function detailsOf(batch) {
  const { id, source, counts, createdAt, endedAt, expiresAt } = batch;
  if (source.isNoBatch) {
    return el(
      "div",
      { className: "details" },
      el("p", {}, "Received as an item of the list:"),
      code(source.received),
    );
  }
  const at = (ms, text) => (Number.isNaN(ms) ? time(ms, text) : exact(ms));
  const more = (name) => (source[name] ? at(Date.parse(source[name]), source[name]) : undefined);
  return el(
    "div",
    { className: "details" },
    facts([
      ["Id", code(id), copyButton(id, "id")],
      ["Created", at(createdAt, source.created_at)],
      ["Ended", source.ended_at ? at(endedAt, source.ended_at) : "not yet"],
      ["Processing expires", source.ended_at ? undefined : more("expires_at")],
      ["Cancelation began", more("cancel_initiated_at")],
      ["Results expire", Number.isNaN(expiresAt) ? undefined : exact(expiresAt)],
      ["Results archived", more("archived_at")],
      ...(counts ? COUNTS.map((name) => [`Requests ${name}`, number.format(counts[name])]) : []),
      ["Odd", batch.problem],
    ]),
  );
}

/** Labels a value on a narrow page, which has no columns. */
const label = (text) => el("span", { className: "label" }, text);
