// The rows that can be seen, and a few more: ten thousand batches are some forty elements.

import { createRow } from "./row.js";
import { eachFrame } from "./schedule.js";

/** Rows beyond the edge. */
const MORE = 4;
/** How long rows are made in one frame; the others follow in the next. */
const BUDGET_MS = 6;
/** How many rows before the end the list is read on. */
const NEAR_END = 100;

/**
 * @param {object} parts
 * @param {HTMLElement} parts.scroller scrolls
 * @param {HTMLElement} parts.body holds the rows, and is as high as all of them
 * @param {HTMLElement} parts.probe is as high as one row without a panel
 * @param {object} parts.hooks those of a row, and `onScroll`
 */
export function createTable({ scroller, body, probe, hooks }) {
  /** @type {import("./batch.js").Batch[]} */
  let batches = [];
  let byId = new Map();
  /** The index at the lower edge. */
  let last = 0;
  /** In the document, by batch. */
  const rows = new Map();
  /** With a panel, in the document or not. */
  const open = new Map();
  const rowHooks = { ...hooks, onPanel };
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const row = open.get(target.closest(".row")?.dataset.key);
      if (row && target.offsetHeight > 0) row.extra = target.offsetHeight;
    }
    render();
  });
  const render = eachFrame(layOut);
  scroller.addEventListener("scroll", render, { passive: true });
  new ResizeObserver(render).observe(scroller);
  body.addEventListener("keydown", move);
  return {
    show,
    refresh,
    mark,
    reveal,
    visible: () => [...rows.values()].map(({ batch }) => batch),
    isNearEnd: () => last >= batches.length - NEAR_END,
  };

  /** Shows these, in this order. */
  function show(next) {
    batches = next;
    byId = new Map();
    batches.forEach((batch, index) => {
      batch.index = index;
      byId.set(batch.id, batch);
    });
    for (const [id, row] of open) {
      const batch = byId.get(id);
      if (batch) bind(row, batch);
      else open.delete(id);
    }
    for (const [id, row] of rows) {
      const batch = byId.get(id);
      if (batch) bind(row, batch);
    }
    render();
  }

  function bind(row, batch) {
    if (row.batch === batch) return;
    batch.isBusy = row.batch.isBusy;
    row.batch = batch;
    row.update();
  }

  /** Shows rows as their batches are now, and takes them out of `changed`: as many as there is time for. */
  function refresh(changed) {
    const end = performance.now() + BUDGET_MS;
    for (const row of rows.values()) {
      if (!changed.delete(row.batch)) continue;
      row.update();
      if (performance.now() > end) return;
    }
    // The others are not in the document.
    changed.clear();
  }

  /** Shows which are selected. */
  function mark() {
    for (const row of rows.values()) row.mark();
  }

  function layOut() {
    const height = probe.offsetHeight;
    const panels = [...open.values()].sort((one, other) => one.batch.index - other.batch.index);
    const total = batches.length * height + panels.reduce((sum, { extra }) => sum + extra, 0);
    const top = scroller.scrollTop;
    const [from, to] = [top, top + scroller.clientHeight].map((y) => indexAt(y, height, panels));
    body.style.height = `${total}px`;
    const wanted = new Set(batches.slice(Math.max(from, 0), to + 1));
    // The focus must not be lost by scrolling.
    const focused = rows.get(document.activeElement?.closest(".row")?.dataset.key);
    if (focused && byId.has(focused.batch.id)) wanted.add(focused.batch);
    for (const batch of batches.slice(Math.max(from - MORE, 0), to + MORE)) wanted.add(batch);
    for (const [id, row] of rows) {
      if (wanted.has(row.batch)) continue;
      row.element.remove();
      rows.delete(id);
    }
    const end = performance.now() + BUDGET_MS;
    for (const batch of wanted) {
      if (!rows.has(batch.id) && performance.now() > end) {
        wanted.delete(batch);
        render();
      } else {
        rowFor(batch);
      }
    }
    const ordered = [...wanted].sort((one, other) => one.index - other.index);
    let before = null;
    for (const batch of ordered) {
      const { element } = rowFor(batch);
      const above = panels.reduce(
        (sum, { batch: { index }, extra }) => sum + (index < batch.index ? extra : 0),
        0,
      );
      element.style.top = `${batch.index * height + above}px`;
      element.ariaRowIndex = `${batch.index + 2}`;
      const next = before ? before.nextSibling : body.firstChild;
      if (next !== element) body.insertBefore(element, next);
      before = element;
    }
    last = to;
    hooks.onScroll();
  }

  function indexAt(y, height, panels) {
    let above = 0;
    for (const { batch, extra } of panels) {
      const index = Math.floor((y - above) / height);
      if (index <= batch.index) return index;
      if (y < (batch.index + 1) * height + above + extra) return batch.index;
      above += extra;
    }
    return Math.floor((y - above) / height);
  }

  function rowFor(batch) {
    const known = rows.get(batch.id);
    if (known) return known;
    const row = open.get(batch.id) ?? createRow(batch, rowHooks);
    row.element.dataset.key = batch.id;
    row.update();
    rows.set(batch.id, row);
    return row;
  }

  function onPanel(row) {
    const { id } = row.batch;
    row.element.dataset.key = id;
    if (row.isOpen()) {
      open.set(id, row);
      row.extra ||= row.panel.offsetHeight;
      sizes.observe(row.panel);
    } else {
      open.delete(id);
      row.extra = 0;
      sizes.unobserve(row.panel);
    }
    render();
  }

  /** The row of the batch that is shown at that index, scrolled to. */
  function reveal(index) {
    const batch = batches[Math.min(Math.max(index, 0), batches.length - 1)];
    if (!batch) return undefined;
    const height = probe.offsetHeight;
    const top = batch.index * height;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    const bottom = top + 2 * height - scroller.clientHeight + body.offsetTop;
    if (bottom > scroller.scrollTop) scroller.scrollTop = bottom;
    const row = rowFor(batch);
    layOut();
    return row;
  }

  /** The arrows go to the same column of another row. */
  function move(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const { column } = event.target.dataset;
    if (!by || !column) return;
    event.preventDefault();
    const { index } = rows.get(event.target.closest(".row").dataset.key).batch;
    if (index + by >= 0) reveal(index + by)?.focus(column);
  }
}
