// One deletion in its row, from the question to the outcome.

import { remove } from "../app/api.js";
import { logAttempt } from "../app/attempts.js";
import { place } from "../app/mode.js";
import { requestOptions } from "../app/options.js";
import { isSignedOut } from "../app/problem.js";
import { touched } from "../list/selection.js";
import { announce } from "../ui/announce.js";
import { define, html, nothing, PageElement, properties } from "../ui/element.js";
import { span, visible } from "../ui/format.js";
import { button, choices, code, facts, outcome } from "../ui/parts.js";
import { abortedView, deletedView, failureView, inWords } from "./outcome.js";
import { addResult } from "./receipts.js";

const CHOICES = [
  ["reject", "Delete it only if it has ended by now", "otherwise it stays as it is"],
  ["cancel", "Cancel it, then delete it", "unprocessed requests are lost"],
  ["wait", "Wait until it has ended, then delete it", "keep this page open meanwhile"],
];
const LABELS = { question: "Confirm deleting", running: "Deleting", end: "Outcome of deleting" };
const TICK_MS = 1_000;

class BatchDeletion extends PageElement {
  static properties = properties("batch", "phase", "words", "seconds", "ifProcessing");

  phase = "question";
  words = "";
  seconds = 0;
  ifProcessing = "reject";
  onClose = () => {};
  /** The template of the outcome, and whether another try makes sense. */
  #end = { view: nothing, again: false };
  #controller;

  render() {
    const { phase } = this;
    const views = { question: () => this.#question(), running: () => this.#running() };
    return html`<div class="panel" role="group" tabindex="-1" data-phase=${phase}
      aria-label="${LABELS[phase]} ${visible(this.batch.id)}" @keydown=${this.#keydown}
    >${views[phase]?.() ?? this.#outcome()}</div>`;
  }

  /** Shows another phase. The focus stays in the panel, if it was there. */
  async #show(phase) {
    const hadFocus = this.contains(document.activeElement);
    this.phase = phase;
    await this.updateComplete;
    if (hadFocus) this.firstElementChild.focus();
  }

  /** Escape closes the question and the outcome, never a running call. */
  #keydown({ key }) {
    if (key === "Escape" && this.phase !== "running") this.onClose();
  }

  #question() {
    const { batch, ifProcessing } = this;
    const isEnded = batch.state === "ended";
    return html`<p class="question">Delete this batch with its results?</p>
      ${facts([["Batch", code(batch.id)], ...place()])}
      <p class="quiet">This can’t be undone.</p>
      ${
        isEnded
          ? nothing
          : choices({
              name: `if-processing-${batch.id}`,
              legend: batch.state
                ? "It is still being processed. What should happen to it?"
                : "If it is still being processed:",
              options: CHOICES,
              chosen: ifProcessing,
              onChoose: (value) => {
                this.ifProcessing = value;
              },
            })
      }
      <div class="actions">
        ${button("Delete for good", () => this.#run(), "danger")}${button("Keep it", () => this.onClose())}
      </div>`;
  }

  #running() {
    return html`<p class="question">${this.words}</p>
      <p class="quiet">${this.seconds} s so far</p>
      <div class="working" aria-hidden="true"></div>
      <div class="actions">${button("Abort", () => this.#controller.abort())}</div>`;
  }

  #outcome() {
    const { view, again } = this.#end;
    return html`${view}<div class="actions">
      ${again ? button("Try again", () => this.#show("question")) : nothing}
      ${button("Close", () => this.onClose())}
    </div>`;
  }

  async #run() {
    const { batch, ifProcessing } = this;
    const { id } = batch;
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    const progress = this.#progress();
    this.#show("running");
    announce("Deleting");
    const onAttempt = (attempt) => {
      logAttempt(id, attempt);
      progress.add(attempt);
    };
    try {
      const deleted = await remove(id, { ...requestOptions(), ifProcessing, signal, onAttempt });
      this.#deleted({ deleted, ...progress.facts() });
    } catch (error) {
      this.#failed(error, signal, progress.facts().isCanceled);
    } finally {
      progress.stop();
    }
  }

  #deleted(result) {
    const { batch } = this;
    this.#end = { view: deletedView(result), again: false };
    batch.outcome = { status: "deleted" };
    addResult(batch.id, { status: "deleted", requestId: result.deleted._request_id });
    this.#show("end");
    announce(`Batch ${visible(batch.id)} is deleted`);
    touched.set([batch]);
  }

  async #failed(error, signal, isCanceled) {
    const { batch } = this;
    const show = (view, words) => {
      this.#end = { view, again: true };
      this.#show("end");
      announce(words);
    };
    if (signal.aborted && error === signal.reason) return show(abortedView(isCanceled), "Aborted");
    if (await isSignedOut(error)) {
      const words = "You are signed out. The batch was not deleted.";
      return show(outcome(words, false), words);
    }
    show(failureView(error), inWords(error));
    addResult(batch.id, { status: "failed", error });
    dispatchEvent(new CustomEvent("check-batch", { detail: batch }));
  }

  /** Follows a running call: its attempts, in words. */
  #progress() {
    const started = performance.now();
    const passed = () => performance.now() - started;
    let [attempts, checks, isCanceled] = [0, 0, false];
    this.words = "Deleting…";
    this.seconds = 0;
    const timer = setInterval(() => {
      this.seconds = Math.floor(passed() / 1_000);
    }, TICK_MS);
    return {
      add: (attempt) => {
        const { method, error } = attempt;
        attempts += 1;
        if (method === "POST" && !error) [isCanceled, checks] = [true, 0];
        if (method === "GET" && !error) checks += 1;
        this.words = this.#wordsFor(attempt, checks) ?? this.words;
      },
      facts: () => ({ attempts, isCanceled, ms: passed() }),
      stop: () => clearInterval(timer),
    };
  }

  #wordsFor({ method, status, error, delayMs }, checks) {
    if (delayMs !== undefined) {
      const reason = status === undefined ? "No response" : `The API responded with ${status}`;
      return `${reason}: trying again in ${span(delayMs)}…`;
    }
    if (error || this.ifProcessing === "reject") return undefined;
    if (method === "POST") return "Canceled. Waiting until it has ended…";
    if (method !== "GET") return undefined;
    return `Waiting until it has ended: ${checks === 1 ? "1 status check" : `${checks} status checks`}…`;
  }
}

define("batch-deletion", BatchDeletion);
