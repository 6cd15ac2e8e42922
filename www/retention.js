// Retention, by hand: the run that otherwise the cron starts, and how far it has come.

import { reload } from "./batches.js";
import { announce, button, byId, el } from "./dom.js";

const FIRST_LOOK_MS = 1_000;
const LONGEST_MS = 15_000;
/** Looks without a change, until the page says that it looks no longer. */
const PATIENCE = 8;

const number = new Intl.NumberFormat("en");

export function startRetention({ retentionDays }) {
  if (!retentionDays) return;
  byId("retention-days").textContent = `${retentionDays} days`;
  byId("retention").hidden = false;
  ask();
}

function show(name, ...children) {
  const panel = byId("retention-panel");
  const hadFocus = panel.contains(document.activeElement);
  panel.dataset.phase = name;
  panel.replaceChildren(...children);
  if (hadFocus) panel.focus();
}

const words = (text) => el("p", { className: "question" }, text);
const quiet = (text) => el("p", { className: "quiet" }, text);
const actions = (...buttons) => el("div", { className: "actions" }, buttons);

function ask() {
  show("start", actions(button("See what is that old", look, "to-danger")));
}

async function look() {
  await attempt(async () => {
    show("looking", words("Looking…"));
    const { count } = await call("GET");
    if (count === 0) {
      announce("Nothing is that old");
      return show("nothing", words("Nothing is that old."), actions(button("Close", ask)));
    }
    announce(`${count} batches are that old`);
    show(
      "question",
      words(`Delete ${amount(count)} with their results?`),
      quiet("This can’t be undone."),
      actions(
        button(`Delete ${number.format(count)} for good`, run, "danger"),
        button("Keep them", ask),
      ),
    );
  });
}

async function run() {
  await attempt(async () => {
    show("sending", words("Sending to the queue…"));
    const { queued } = await call("POST");
    announce(`${queued} batches are on the queue`);
    await watch(queued);
  });
}

/** Looks again and again at what is left, less often while nothing changes. */
async function watch(queued) {
  let pause = FIRST_LOOK_MS;
  let [left, unchanged] = [queued, 0];
  const bar = el("progress", { max: queued, value: 0 });
  bar.setAttribute("aria-label", "Batches that are gone");
  const text = words("");
  const tell = () => {
    bar.value = queued - left;
    text.textContent = `${number.format(queued - left)} of ${number.format(queued)} are gone`;
  };
  tell();
  show("running", text, bar, quiet("The queue goes on without this page."));
  while (left > 0 && unchanged < PATIENCE) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    // Others may get as old meanwhile.
    const now = Math.min((await call("GET")).count, left);
    unchanged = now === left ? unchanged + 1 : 0;
    pause = now === left ? Math.min(pause * 1.5, LONGEST_MS) : FIRST_LOOK_MS;
    left = now;
    tell();
  }
  const isDone = left === 0;
  const outcome = isDone ? `Deleted ${amount(queued)}` : `${amount(left)} are still there`;
  show(
    isDone ? "done" : "left",
    el("p", { className: isDone ? "outcome-title done" : "outcome-title" }, outcome),
    quiet(isDone ? "" : "The queue tries again later; what it gives up on, the next run finds."),
    actions(button("Close", ask)),
  );
  await reload();
  announce(outcome);
}

async function attempt(step) {
  try {
    await step();
  } catch (error) {
    announce("Retention failed");
    show(
      "failed",
      el("p", { className: "outcome-title failed" }, "That failed."),
      el("p", { className: "message" }, error.message),
      actions(button("Try again", ask)),
    );
  }
}

async function call(method) {
  const response = await fetch("/retention", { method });
  const body = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new Error(body.message ?? `The Worker responded with ${response.status}.`);
  return body;
}

const amount = (count) => `${number.format(count)} ${count === 1 ? "batch" : "batches"}`;
