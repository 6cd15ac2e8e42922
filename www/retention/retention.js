// The tab of retention: the rule, its preview, and the job of the Worker's ledger. A job does not need this page: a
// page that is opened later shows it as well.

import { mode, place } from "../app/mode.js";
import { call, documentOf, failureOf, send } from "../app/worker.js";
import { ofWorkspace } from "../app/workspace.js";
import { announce } from "../ui/announce.js";
import { define, html, nothing, PageElement, properties } from "../ui/element.js";
import { amount, visible } from "../ui/format.js";
import { button, facts, outcome } from "../ui/parts.js";
import { isConfirmed, typedField } from "../ui/typed.js";
import {
  endOf,
  jobOf,
  problemList,
  progressOf,
  ruleOf,
  runsOf,
  selectionOf,
  whenOf,
} from "./view.js";

/** The pause before a broken stream is opened again. */
const RECONNECT_MS = 2_000;
const CONFLICT = 409;

class BatchRetention extends PageElement {
  static signals = [mode];
  static properties = properties("status", "jobs", "view", "typed");

  status = undefined;
  jobs = [];
  typed = "";
  /** The content of the panel: a template, or a function for one that changes. */
  view = html`<p class="quiet">Loading…</p>`;
  #stream;

  connectedCallback() {
    super.connectedCallback();
    addEventListener("recovered", () => this.#attempt(() => this.#open()));
    this.#attempt(() => this.#open());
  }

  render() {
    const { status, jobs, view } = this;
    return html`<div id="retention">
      <h2 id="retention-title" class="visually-hidden">Retention</h2>
      ${
        status
          ? html`<p id="retention-rule" class="rule">${status.problems.length > 0 ? nothing : ruleOf(status.rule)}</p>
            ${status.rule ? whenOf(status) : nothing}`
          : nothing
      }
      <div id="retention-panel" tabindex="-1">${typeof view === "function" ? view() : view}</div>
      <batch-holds></batch-holds>
      ${jobs.length > 0 ? runsOf(jobs) : nothing}
    </div>`;
  }

  async #show(view) {
    const panel = this.querySelector("#retention-panel");
    const hadFocus = panel?.contains(document.activeElement);
    this.view = view;
    await this.updateComplete;
    if (hadFocus) panel.focus();
  }

  /** Shows the state that the Worker reports. */
  async #open() {
    const [status, overdueSeconds] = await Promise.all([call("GET", "/retention"), readOverdue()]);
    this.status = { ...status, overdueSeconds };
    mode.set({ ...mode.value, workspaces: status.workspaces });
    const { rule, problems, job } = status;
    if (problems.length > 0) {
      const words = "Nothing is deleted by the rule until this is corrected:";
      this.#show(html`${outcome(words, false)}${problemList(problems)}`);
    } else if (!rule) {
      this.#show(html`<p class="quiet">To switch it on, set RETENTION_DAYS in
        www/worker/wrangler.jsonc to a number of days.</p>`);
    } else if (job) {
      this.#follow(job);
    } else {
      this.#start();
    }
    this.jobs = await call("GET", "/retention/jobs");
  }

  #start() {
    this.#show(
      html`<div class="actions">${button("Preview", () => this.#preview(), "primary")}</div>`,
    );
  }

  #preview() {
    return this.#attempt(async () => {
      this.#show(html`<p class="question">Counting…</p>`);
      const found = await call("GET", "/retention/preview");
      const { count, isCapped, cutoff } = found;
      if (count > 0 || isCapped) return this.#ask(found, cutoff);
      announce("Nothing is that old");
      this.#show(html`<p class="question">Nothing is that old.</p>${selectionOf(found)}
        <div class="actions">${button("Close", () => this.#start())}</div>`);
    });
  }

  /** Asks for the number that would be deleted now. */
  #ask(found, cutoff) {
    const { count, isCapped } = found;
    const counted = isCapped ? `more than ${amount(count)}` : amount(count);
    const wanted = { cutoff, expected: isCapped ? null : count };
    const label = isCapped ? "Delete all of them for good" : `Delete ${counted} for good`;
    announce(`${counted} would be deleted`);
    this.typed = "";
    const onType = (value) => {
      this.typed = value;
    };
    const confirm = () => this.#run(wanted);
    this.#show(
      () => html`<p class="question">Delete ${counted} with their results?</p>
        ${selectionOf(found)}${facts(place())}<p class="quiet">This can’t be undone.</p>
        ${typedField("retention-typed", count, this.typed, { onType, onEnter: confirm })}
        <div class="actions">
          ${button(label, confirm, "danger", !isConfirmed(count, this.typed))}
          ${button("Dry run", () => this.#run({ ...wanted, dry: true }))}
          ${button("Keep them", () => this.#start())}
        </div>`,
    );
  }

  #run(wanted) {
    return this.#attempt(async () => {
      this.#show(html`<p class="question">Starting…</p>`);
      const response = await send("POST", "/retention/jobs", wanted);
      const body = await documentOf(response);
      if (response.status === CONFLICT) {
        // More than was confirmed: the operator confirms the new number.
        announce(body.message);
        return this.#ask(body, body.cutoff);
      }
      if (!response.ok) throw failureOf(response, body);
      announce(body.joined ? "A job is running already: this is it" : "The job has started");
      this.#follow(body.job);
    });
  }

  /** Shows the progress of a job from the ledger: no request to the API. */
  #follow(job) {
    this.#stream?.close();
    let [current, isStopping] = [job, false];
    const stop = () => {
      isStopping = true;
      this.requestUpdate();
      this.#attempt(() => call("POST", `/retention/jobs/${job.id}/stop`));
    };
    this.#show(
      () => html`${progressOf(current)}<div class="actions">
      ${button(isStopping ? "Stopping…" : "Stop", stop, "", isStopping)}</div>`,
    );
    const source = new EventSource(ofWorkspace(`/retention/jobs/${job.id}`));
    this.#stream = source;
    source.onmessage = ({ data }) => {
      current = JSON.parse(data);
      this.requestUpdate();
      if (current.finishedAt === null) return;
      source.close();
      this.#attempt(() => this.#finish(job.id));
    };
    source.onerror = () => {
      if (source !== this.#stream || source.readyState !== EventSource.CLOSED) return;
      // Signed out, or the Worker is away: the next request says which.
      const again = () => source === this.#stream && this.#attempt(() => this.#open());
      setTimeout(again, RECONNECT_MS);
    };
  }

  async #finish(id) {
    const job = await call("GET", `/retention/jobs/${id}`);
    const { words, isWell } = endOf(job);
    this.#show(html`${outcome(words, isWell)}${jobOf(job)}
      <div class="actions">${button("Close", () => this.#attempt(() => this.#open()))}</div>`);
    announce(words);
    dispatchEvent(new Event("stale"));
    this.jobs = await call("GET", "/retention/jobs");
  }

  async #attempt(step) {
    try {
      await step();
    } catch (error) {
      announce("Retention failed");
      this.#show(html`${outcome("That failed.", false)}<p class="message">${visible(error.message)}</p>
        <div class="actions">${button("Try again", () => this.#attempt(() => this.#open()))}</div>`);
    }
  }
}

define("batch-retention", BatchRetention);

/** Resolves with the age of the oldest batch that the rule should have deleted; null if none was counted yet. */
async function readOverdue() {
  // A state that is not well is a 503, with the same body.
  const { workspaces } = await send("GET", "/health").then(documentOf, () => ({}));
  return workspaces?.[0]?.oldestOverdueSeconds ?? null;
}
