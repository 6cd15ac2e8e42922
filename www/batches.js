// The table of batches: reads the list, filters, sorts, selects.

import { diagnose } from "./banner.js";
import { isDeletable } from "./batch.js";
import { createBulk } from "./bulk.js";
import { isFiltered, isSorted, readCriteria } from "./criteria.js";
import { announce, byId, el } from "./dom.js";
import { showFoot } from "./foot.js";
import { createListing } from "./listing.js";
import { number } from "./numbers.js";
import { addResult } from "./results.js";
import { look, watchRunning } from "./running.js";
import { eachFrame } from "./schedule.js";
import { createSelection } from "./selection.js";
import "./list/table.js";
import { startToolbar } from "./toolbar.js";
import { select } from "./view.js";

let criteria = readCriteria();
/** Those that match, in the table's order. */
let shown = [];
let turn = 0;
let table;
let bulk;
const changed = new Set();

const listing = createListing({ onChange: listChanged });
const selection = createSelection(() => shown, selectionChanged);
const refresh = eachFrame(() => {
  table.refresh(changed);
  changed.clear();
  showCount();
});

export function startBatches() {
  table = document.createElement("batch-rows");
  table.hooks = {
    isSelected: selection.has,
    onSelect: selection.toggle,
    onEnd: deletionEnded,
    onClose: closed,
    onScroll: readOn,
  };
  const head = el("div", { id: "batches-head", className: "head", role: "row", ariaRowIndex: "1" });
  Object.assign(byId("batches-grid"), { role: "table", ariaLabel: "Batches" }).append(
    el("div", { className: "heads", role: "rowgroup" }, head),
    table,
  );
  // It scrolls, so the keyboard must reach it.
  Object.assign(byId("batches-table"), {
    tabIndex: 0,
    role: "region",
    ariaLabel: "Table of batches",
  });
  Object.assign(byId("filters"), { role: "search" });
  Object.assign(byId("bulk"), { role: "group", ariaLabel: "Selected batches" });
  bulk = createBulk({
    selection,
    shown: () => ({ matching: deletable().length, isComplete: listing.state.isComplete }),
    selectAll,
    onChange: outcomeChanged,
    onFailure: diagnose,
  });
  startToolbar({ criteria, onCriteria, onSelectAll });
  byId("reload").onclick = reload;
  watchRunning({ shown: () => table.visible(), onChange: outcomeChanged });
  reload();
}

/** Reads as much as is shown. */
export async function reload() {
  await listing.reload();
  if (!listing.state.error) announce(`${number.format(listing.size)} batches are listed`);
}

/** A batch was deleted elsewhere on the page. */
export function gone(id) {
  const batch = listing.get(id);
  if (batch) outcomeChanged(Object.assign(batch, { outcome: { status: "deleted" } }));
}

/** Deletes batches once more, of which some may not be listed. */
export function retryFailed(ids) {
  const known = (id) => listing.get(id) ?? { id, source: {}, state: "" };
  bulk.confirm(ids.map(known));
}

function listChanged() {
  const { error, isLoading } = listing.state;
  byId("batches-grid").ariaBusy = `${isLoading}`;
  // One that is disabled would lose the focus.
  byId("reload").ariaDisabled = `${isLoading}`;
  if (error) {
    announce("The list could not be read");
    diagnose();
  }
  updateView();
}

async function updateView() {
  turn += 1;
  const current = turn;
  const next = await select(listing.values(), criteria, () => current === turn);
  if (!next) return;
  shown = next;
  table.show(shown);
  byId("batches-grid").ariaRowCount = listing.state.isComplete ? shown.length + 1 : -1;
  selection.tidy();
  bulk.showSelection();
  showCount();
  showFoot({
    ...listing.state,
    isEmpty: shown.length === 0,
    isFiltered: isFiltered(criteria),
    onRetry: () => (listing.size > 0 ? listing.more() : reload()),
    onStop: listing.stop,
  });
  readOn();
}

function onCriteria(next) {
  criteria = next;
  byId("batches-table").scrollTop = 0;
  updateView();
}

/** Reads on where the rows end; for a filter or another order, to the end. */
function readOn() {
  const { isLoading, isComplete, error } = listing.state;
  if (listing.size === 0 || isLoading || isComplete || error) return;
  if (isFiltered(criteria) || isSorted(criteria)) listing.readAll();
  else if (table.isNearEnd()) listing.more();
}

function showCount() {
  const count = shown.filter(isThere).length;
  const all = listing.state.isComplete;
  const order = all && !isSorted(criteria) ? ", newest first" : "";
  const of = `${all ? "all" : "the newest"} ${number.format(isFiltered(criteria) ? listing.size : count)}`;
  const text = isFiltered(criteria) ? `${number.format(count)} of ${of} match` : `${of}${order}`;
  byId("batches-count").textContent = listing.size === 0 ? "" : text;
}

const isThere = ({ outcome }) => !["deleted", "missing"].includes(outcome?.status);
const deletable = () => shown.filter(isDeletable);

function onSelectAll(isSelected) {
  if (isSelected) selection.all();
  else selection.clear();
}

/** All that match, read to the end first. */
async function selectAll() {
  announce("Reading the whole list");
  await listing.readAll();
  await updateView();
  if (!listing.state.isComplete) return;
  selection.all();
  announce(`${number.format(selection.size)} selected`);
}

function selectionChanged() {
  const { size } = selection;
  const check = byId("select-all");
  const most = size > 0 ? deletable().length : 0;
  check.checked = size > 0 && size === most;
  check.indeterminate = size > 0 && size < most;
  table.refresh();
  bulk.showSelection();
}

/** A batch has another state or outcome; all may, where none is given. */
function outcomeChanged(batch) {
  if (batch) changed.add(batch);
  else for (const one of shown) changed.add(one);
  refresh();
}

function deletionEnded(batch, { status, deleted, error }) {
  if (status === "deleted") {
    batch.outcome = { status };
    addResult(batch.id, { status, requestId: deleted._request_id });
    selection.tidy();
  } else if (status === "failed") {
    addResult(batch.id, { status, error });
    diagnose();
    // It is shown as it is now.
    look(batch);
  }
  outcomeChanged(batch);
}

/** The receipt of a batch that is gone was closed: so is its row. */
async function closed(batch) {
  const { index } = batch;
  listing.delete(batch.id);
  shown = shown.filter((one) => one !== batch);
  table.show(shown);
  showCount();
  if (!(await table.focusRow(index))) byId("batches-title").focus();
}
