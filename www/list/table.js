// The rows that can be seen, and a few more: ten thousand batches are some forty elements.

import { VirtualizerController } from "@tanstack/lit-virtual";
import { repeat } from "lit/directives/repeat.js";
import { define, html, PageElement } from "../ui/element.js";
import { isOpen } from "./row.js";

/** Rows beyond the edge. */
const MORE = 4;
/** Rows that one frame makes: all of a screen at once would be a long task. */
const MOST_NEW = 6;
/** How many rows before the end the list is read on. */
const NEAR_END = 100;

class BatchRows extends PageElement {
  /** The hooks of a row, and `onScroll`. */
  hooks;
  /** @type {import("./batch.js").Batch[]} */
  #batches = [];
  #height = 0;
  /** The index of a row that gets the focus, in sight or not. */
  #wanted;
  /** In the next frame, because the rows below move: the observer would report that as a loop. */
  #sizes = new ResizeObserver((entries) =>
    requestAnimationFrame(() => {
      for (const { target } of entries) {
        const { batch, offsetHeight } = target;
        // A row that has left the page has no height.
        if (offsetHeight > 0 && isOpen(batch)) this.#virtual.resizeItem(batch.index, offsetHeight);
      }
    }),
  );
  #keys = new Set();
  /** Paper has all rows. */
  #isPrinting = false;
  #table;
  #controller = new VirtualizerController(this, {
    count: 0,
    overscan: MORE,
    getScrollElement: () => this.parentElement?.closest(".table"),
    estimateSize: () => this.#height,
    getItemKey: (index) => this.#batches[index].id,
  });

  connectedCallback() {
    super.connectedCallback();
    this.role = "rowgroup";
    this.addEventListener("keydown", (event) => this.#move(event));
    for (const name of ["beforeprint", "afterprint"]) {
      addEventListener(name, () => {
        this.#isPrinting = name === "beforeprint";
        this.requestUpdate();
      });
    }
  }

  get #virtual() {
    return this.#controller.getVirtualizer();
  }

  render() {
    // Before the height of a row is known, all rows would be at the same place.
    const seen = this.#height > 0 ? this.#virtual.getVirtualItems() : [];
    const items = this.#isPrinting ? this.#virtual.measurementsCache : seen;
    // The focus must not be lost by scrolling.
    const wanted = this.#wanted ?? document.activeElement?.closest("batch-row")?.batch.index;
    const other = this.#virtual.measurementsCache[wanted];
    const shown = this.#some(other && !items.includes(other) ? [other, ...items] : items);
    this.#table ??= { ...this.hooks, onPanel: (row) => this.#measure(row) };
    return html`<div class="row-probe" aria-hidden="true"></div>
      ${repeat(
        shown,
        ({ key }) => key,
        ({ index, start }) =>
          html`<batch-row .batch=${this.#batches[index]} .start=${start} .table=${this.#table}></batch-row>`,
      )}`;
  }

  /** The rows that are in the page already, and a few more; the others follow in the next frame. */
  #some(items) {
    let left = this.#isPrinting ? items.length : MOST_NEW;
    const shown = items.filter(({ key }) => this.#keys.has(key) || left-- > 0);
    this.#keys = new Set(shown.map(({ key }) => key));
    // After the frame: a scroll event of the same frame has already made its six.
    if (left < 0) requestAnimationFrame(() => setTimeout(() => this.requestUpdate()));
    return shown.sort((one, other) => one.index - other.index);
  }

  firstUpdated() {
    const probe = this.querySelector(".row-probe");
    new ResizeObserver(() =>
      requestAnimationFrame(() => {
        if (this.#height === probe.offsetHeight) return;
        this.#height = probe.offsetHeight;
        this.#virtual.measure();
      }),
    ).observe(probe);
  }

  updated() {
    this.style.setProperty("--height", `${this.#virtual.getTotalSize()}px`);
    this.hooks?.onScroll();
  }

  /** Shows these, in this order. */
  show(batches) {
    const row = document.activeElement?.closest("batch-row");
    const { index: focused } = row?.batch ?? {};
    const first = this.#virtual.range?.startIndex ?? 0;
    const before = this.#batches;
    this.#batches = batches;
    batches.forEach((batch, index) => {
      batch.index = index;
    });
    const isLeft = (batch) => batches[batch.index] !== batch;
    // The rows that can be seen stay in place when rows above them leave.
    const table = this.closest(".table");
    const from = before.findIndex((batch, index) => index >= first && !isLeft(batch));
    if (table.scrollTop > 0 && from >= 0) {
      table.scrollTop += (before[from].index - from) * this.#height;
    }
    if (row && isLeft(row.batch)) this.focusRow(focused, "id");
    const { options } = this.#virtual;
    // Another function, so that the keys are read again.
    const getItemKey = (index) => batches[index].id;
    this.#virtual.setOptions({ ...options, count: batches.length, getItemKey });
    this.requestUpdate();
    this.refresh();
  }

  get rows() {
    return [...this.querySelectorAll("batch-row")];
  }

  visible() {
    return this.rows.map(({ batch }) => batch);
  }

  isNearEnd() {
    return (this.#virtual.range?.endIndex ?? 0) >= this.#batches.length - NEAR_END;
  }

  /** Shows rows as their batches are now: all, or those in `changed`. */
  refresh(changed) {
    for (const row of this.rows) if (!changed || changed.has(row.batch)) row.requestUpdate();
  }

  /** Focuses a column of the row at that index. */
  async focusRow(index, column) {
    this.#wanted = Math.min(Math.max(index, 0), this.#batches.length - 1);
    this.requestUpdate();
    await this.updateComplete;
    const row = this.rows.find(({ batch }) => batch.index === this.#wanted);
    await row?.updateComplete;
    row?.focus(column);
    this.#wanted = undefined;
    return row;
  }

  /** A row with a panel is as high as its element. */
  #measure(row) {
    if (isOpen(row.batch)) return this.#sizes.observe(row);
    this.#sizes.unobserve(row);
    this.#virtual.resizeItem(row.batch.index, this.#height);
  }

  /** The arrows move to the same column of another row, with Shift they select it. Delete asks. */
  async #move(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const { column } = event.target.dataset;
    const row = event.target.closest("batch-row");
    if (event.key === "Delete" && column) this.hooks.onDeleteKey(row);
    if (!by || !column) return;
    event.preventDefault();
    if (event.shiftKey && !this.hooks.isSelected(row.batch)) this.hooks.onSelect(row.batch, true);
    const next = await this.focusRow(row.batch.index + by, column);
    if (event.shiftKey && next) this.hooks.onSelect(next.batch, true, true);
  }
}

define("batch-rows", BatchRows);
