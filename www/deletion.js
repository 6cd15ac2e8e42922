// One deletion, from the question to the outcome, in one place of the page.

import { remove } from "./api.js";
import { announce, button, el, visible } from "./dom.js";
import { logAttempt } from "./log.js";
import { inWords, showAborted, showDeleted, showFailure } from "./outcome.js";
import { requestOptions } from "./settings.js";
import { span } from "./time.js";
import { warning } from "./workspace.js";

const CHOICES = [
  ["reject", "Delete it only if it has ended by now", "otherwise leave it as it is"],
  ["cancel", "Cancel it, then delete it", "what isn’t processed yet never will be"],
  ["wait", "Wait until it has ended, then delete it", "keep this page open meanwhile"],
];

/** Makes radio groups of the same page differ. */
let groups = 0;

/**
 * @param {object} wanted
 * @param {string} wanted.id
 * @param {string} [wanted.state] its `processing_status`, if it is known
 * @param {(result: object) => void} wanted.onEnd with `{ status, deleted?, error? }`
 * @param {() => void} wanted.onClose
 */
export function createDeletion({ id, state, onEnd, onClose }) {
  const element = el("div", { className: "panel", role: "group", tabIndex: -1 });
  let ifProcessing = "reject";
  let controller;

  // Escape is the way out of the question and of the outcome, never of a running call.
  element.onkeydown = (event) => {
    if (event.key === "Escape" && !controller) onClose();
  };
  showQuestion();
  return { element, focus: () => element.focus(), isRunning: () => Boolean(controller) };

  /** Replaces what is shown. The focus stays in here, if it was. */
  function show(name, children) {
    const hadFocus = element.contains(document.activeElement);
    element.dataset.phase = name;
    element.setAttribute("aria-label", `${name} ${visible(id)}`);
    element.replaceChildren(...children);
    if (hadFocus) element.focus();
  }

  function showQuestion() {
    const actions = el(
      "div",
      { className: "actions" },
      button("Delete for good", run, "danger"),
      button("Keep it", onClose),
    );
    show(
      "Confirm deleting",
      [
        el("p", { className: "question" }, "Delete this batch with its results?"),
        warning(),
        state !== "ended" && choices(),
        actions,
      ].filter(Boolean),
    );
  }

  function choices() {
    groups += 1;
    const legend =
      state === undefined ? "If it is still being processed:" : "It is still being processed.";
    return el(
      "fieldset",
      { className: "choices" },
      el("legend", {}, legend),
      CHOICES.map(([value, words, hint]) =>
        el(
          "label",
          { className: "check" },
          el("input", {
            type: "radio",
            name: `if-processing-${groups}`,
            value,
            checked: value === ifProcessing,
            onchange: () => {
              ifProcessing = value;
            },
          }),
          el("span", {}, words, el("span", { className: "hint" }, `: ${hint}`)),
        ),
      ),
    );
  }

  async function run() {
    controller = new AbortController();
    const { signal } = controller;
    const started = performance.now();
    const progress = createProgress(() => controller.abort());
    let attempts = 0;
    let isCanceled = false;
    show("Deleting", progress.children);
    announce("Deleting");
    const onAttempt = (attempt) => {
      attempts += 1;
      isCanceled ||= attempt.method === "POST" && !attempt.error;
      logAttempt(id, attempt);
      progress.show(attempt, ifProcessing);
    };
    try {
      const deleted = await remove(id, { ...requestOptions(), ifProcessing, signal, onAttempt });
      end(showDeleted({ deleted, attempts, ms: performance.now() - started }));
      announce(`Batch ${visible(id)} is deleted`);
      onEnd({ status: "deleted", deleted });
    } catch (error) {
      const isAbort = signal.aborted && error === signal.reason;
      end(isAbort ? showAborted({ isCanceled }) : showFailure(error), { again: true });
      announce(isAbort ? "Aborted" : inWords(error));
      onEnd(isAbort ? { status: "aborted" } : { status: "failed", error });
    } finally {
      progress.stop();
    }
  }

  function end(children, { again = false } = {}) {
    controller = undefined;
    const actions = [again && button("Try again", showQuestion), button("Close", onClose)];
    show("Outcome of deleting", [
      ...children,
      el("div", { className: "actions" }, actions.filter(Boolean)),
    ]);
  }
}

/** What a running call is doing. */
function createProgress(onAbort) {
  const words = el("p", { className: "question" }, "Deleting…");
  const time = el("p", { className: "quiet" }, "\u00a0");
  const started = performance.now();
  let looks = 0;
  const timer = setInterval(() => {
    time.textContent = `${Math.floor((performance.now() - started) / 1_000)} s so far`;
  }, 1_000);
  const say = (text) => {
    words.textContent = text;
  };
  return {
    children: [
      words,
      time,
      el("div", { className: "working", ariaHidden: "true" }),
      el("div", { className: "actions" }, button("Abort", onAbort)),
    ],
    show: ({ method, status, error, delayMs }, ifProcessing) => {
      if (delayMs !== undefined) {
        const what = status === undefined ? "No response" : `The API responded with ${status}`;
        say(`${what}: trying again in ${span(delayMs)}…`);
      } else if (method === "POST" && !error) {
        looks = 0;
        say("Canceled. Waiting until it has ended…");
      } else if (method === "GET" && !error && ifProcessing !== "reject") {
        looks += 1;
        say(`Waiting until it has ended: looked ${looks === 1 ? "once" : `${looks} times`}…`);
      }
    },
    stop: () => clearInterval(timer),
  };
}
