// The list of batches.

import { list } from "./api.js";
import { announce, button, byId, copyButton, el } from "./dom.js";
import { createRow } from "./row.js";

const PAGE_SIZE = 20;
const MAX_PAGE_SIZE = 1_000;

/** In the order of the page: `{ id, element, update, isBusy, isGone }`. */
let rows = [];
let hasMore = false;
let isLoading = false;

export function startBatches() {
  byId("reload").onclick = reload;
  byId("batches-list").append(...Array.from({ length: 6 }, skeleton));
  reload();
}

/** A batch was deleted, here or elsewhere on the page. */
export function gone(id) {
  const row = rows.find((row) => row.id === id);
  if (row && !row.isGone()) {
    row.element.remove();
    rows = rows.filter((other) => other !== row);
  }
  showCount();
}

/** Reads as much as is shown. */
export async function reload() {
  const limit = Math.min(Math.max(rows.length, PAGE_SIZE), MAX_PAGE_SIZE);
  const page = await load({ limit }, reload);
  if (!page) return;
  const known = new Map(rows.map((row) => [row.id, row]));
  const listed = page.data.map((batch) => updated(known, batch));
  // Whoever watches a deletion goes on watching it.
  const busy = rows.filter((row) => row.isBusy() && !listed.includes(row));
  rows = [...busy, ...listed];
  byId("batches-list").replaceChildren(...rows.map((row) => row.element));
  showFoot(page);
  announce(`${rows.length} batches are listed`);
}

async function loadMore() {
  // The API refuses a deleted batch as a place to go on from.
  const after = rows.findLast((row) => !row.isGone())?.id;
  const page = await load({ limit: PAGE_SIZE, after }, loadMore);
  if (!page) return;
  const known = new Map(rows.map((row) => [row.id, row]));
  const added = page.data.filter(({ id }) => !known.has(id)).map((batch) => updated(known, batch));
  rows.push(...added);
  byId("batches-list").append(...added.map((row) => row.element));
  showFoot(page);
  announce(`${added.length} more batches are listed`);
  // The button that was pressed may be gone.
  added[0]?.focus();
}

function updated(known, batch) {
  const row = known.get(batch.id);
  if (!row) return createRow(batch, { onDeleted: () => gone(batch.id) });
  row.update(batch);
  return row;
}

/** A page of the list; undefined where there is none, and then the page says why. */
async function load(query, again) {
  if (isLoading) return undefined;
  setLoading(true);
  try {
    return await list(query);
  } catch (error) {
    showFailure(error, again);
    return undefined;
  } finally {
    setLoading(false);
  }
}

/** The button stays as it is otherwise: one that is disabled would lose the focus. */
function setLoading(loading) {
  isLoading = loading;
  byId("batches-list").ariaBusy = `${loading}`;
  byId("reload").ariaDisabled = `${loading}`;
}

function showFoot({ has_more }) {
  hasMore = has_more;
  byId("batches-foot").replaceChildren(
    ...(hasMore ? [button("Load more", loadMore)] : rows.length === 0 ? [empty()] : []),
  );
  showCount();
}

function showCount() {
  const count = rows.filter((row) => !row.isGone()).length;
  const words = hasMore ? `the newest ${count}` : `all ${count}, newest first`;
  byId("batches-count").textContent = count === 0 ? "" : words;
}

function empty() {
  return el(
    "div",
    { className: "empty" },
    el("p", { className: "question" }, "There are no batches."),
    el("p", { className: "quiet" }, "New ones show up here when you press Reload."),
  );
}

function showFailure({ message, status, requestId }, again) {
  // What was listed before stays; rows that only stood for it go.
  if (rows.length === 0) byId("batches-list").replaceChildren();
  byId("batches-foot").replaceChildren(
    el(
      "div",
      { className: "empty failed" },
      el("p", { className: "question" }, "The list could not be read."),
      el("p", { className: "quiet" }, status ? `${status}: ${message}` : message),
      requestId &&
        el(
          "p",
          { className: "quiet" },
          "Request id ",
          el("code", {}, requestId),
          copyButton(requestId, "Request id"),
        ),
      button("Try again", again),
    ),
  );
  announce("The list could not be read");
}

const skeleton = () => el("li", { className: "row skeleton", ariaHidden: "true" });
