// The tab of the ledger: the entries of the Worker's record about an id, and the record's download.

import { documentOf, failureOf, send } from "../app/worker.js";
import { ofWorkspace } from "../app/workspace.js";
import { announce } from "../ui/announce.js";
import { define, html, nothing, PageElement, properties } from "../ui/element.js";
import { number, visible } from "../ui/format.js";
import { code, copy, facts, time } from "../ui/parts.js";

/** Entries of one search. */
const MOST = 100;

class BatchLedger extends PageElement {
  static properties = properties("entries", "count", "problem", "isBusy");

  /** The newest entries of the last search. */
  entries = [];
  /** The number of all of them, `undefined` before the first search. */
  count = undefined;
  problem = "";
  isBusy = false;
  #controller = new AbortController();

  render() {
    const { entries, count, problem, isBusy } = this;
    return html`<h2>Ledger</h2>
      <p class="hint">The Worker records each deletion, with its actor and request id.</p>
      <form id="ledger" class="filters" role="search" aria-label="Ledger" @submit=${this.#search}>
        <input id="ledger-id" name="id" class="input mono" type="search" aria-label="Id or part of an id"
          placeholder="Search an id" required autocomplete="off">
        <button type="submit" class="button">Search</button>
      </form>
      <p class="message" role="status">${
        problem || (isBusy ? "Searching…" : count === undefined ? "" : this.#found())
      }</p>
      <ol id="ledger-entries" class="entries">${entries.map(entryOf)}</ol>
      <div class="actions">
        <a id="ledger-csv" class="button small" href=${ofWorkspace("/ledger?format=csv")} download>Download the record</a>
      </div>`;
  }

  #found() {
    const { count } = this;
    if (count > MOST) return `The newest ${MOST} of ${number(count)} entries`;
    return count === 1 ? "1 entry" : `${number(count)} entries`;
  }

  async #search(event) {
    event.preventDefault();
    const wanted = new FormData(event.target).get("id").trim();
    this.#controller.abort();
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    Object.assign(this, { entries: [], count: 0, problem: "", isBusy: true });
    try {
      const response = await send("GET", "/ledger", undefined, signal);
      if (!response.ok) throw failureOf(response, await documentOf(response));
      for await (const entry of entriesOf(response)) {
        if (!entry.id?.includes(wanted)) continue;
        this.entries = [entry, ...this.entries].slice(0, MOST);
        this.count += 1;
      }
      announce(this.#found());
    } catch (error) {
      if (!signal.aborted) this.problem = visible(error.message);
    } finally {
      if (!signal.aborted) this.isBusy = false;
    }
  }
}

define("batch-ledger", BatchLedger);

/** Reads lines of JSON. */
async function* entriesOf({ body }) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const lines = `${rest}${value ?? ""}`.split("\n");
    rest = done ? "" : lines.pop();
    for (const line of lines) if (line) yield JSON.parse(line);
    if (done) return;
  }
}

const entryOf = ({ id, event, outcome, time: at, actor, requestId, message }) => html`<li>
  <p><strong>${visible(event)}${outcome ? `: ${visible(outcome)}` : ""}</strong> ${time(at)} by ${visible(actor ?? "")}</p>
  ${code(id)}
  ${message ? html`<p class="message">${visible(message)}</p>` : nothing}
  ${facts([["Request id", requestId && code(requestId), copy(requestId, "request id")]])}
</li>`;
