// The question before many batches are deleted: how many, and which of those in progress.

import { isRunning } from "./batch.js";
import { button, el } from "./dom.js";
import { amount, number } from "./numbers.js";
import { showCodeFor } from "./settings.js";
import { warning } from "./workspace.js";

/** From more than so many on, the number must be typed. */
const MOST_UNTYPED = 100;

const CHOICES = [
  ["leave", "Leave them as they are", "they aren’t deleted"],
  ["cancel", "Cancel them, then delete them", "what isn’t processed yet never will be"],
  ["wait", "Wait until they have ended, then delete them", "keep this page open meanwhile"],
];

/**
 * @param {import("./batch.js").Batch[]} batches
 * @param {object} hooks
 * @param {(batches: object[], ifProcessing: string) => void} hooks.onConfirm with just as many
 *   batches as the button says
 * @param {() => void} hooks.onCancel
 */
export function confirmation(batches, { onConfirm, onCancel }) {
  const ended = batches.filter((batch) => !isRunning(batch));
  const running = batches.length - ended.length;
  let choice = "leave";
  const chosen = () => (choice === "leave" ? ended : batches);
  const title = el("p", { className: "question" });
  const typed = el("input", {
    id: "bulk-typed",
    className: "input",
    inputMode: "numeric",
    autocomplete: "off",
    oninput: enable,
  });
  const label = el("label", { htmlFor: "bulk-typed" });
  const field = el("div", { className: "field typed" }, label, typed);
  const go = button(
    "",
    () => onConfirm(chosen(), choice === "leave" ? "reject" : choice),
    "danger",
  );
  update();
  return {
    title: () => title.textContent,
    children: [
      title,
      warning(),
      running > 0 && choices(),
      field,
      el("div", { className: "actions" }, go, button("Keep them", onCancel)),
    ],
  };

  function update() {
    const count = chosen().length;
    title.textContent = `Delete ${amount(count)} with their results?`;
    go.textContent = `Delete ${amount(count)} for good`;
    label.textContent = `Type ${count} to confirm`;
    field.hidden = count <= MOST_UNTYPED;
    enable();
    showCodeFor(chosen().map(({ id }) => id));
  }

  function enable() {
    const count = chosen().length;
    const isTyped = typed.value.replaceAll(/[\s,.]/g, "") === `${count}`;
    go.disabled = count === 0 || (!field.hidden && !isTyped);
  }

  function choices() {
    const verb = running === 1 ? "is" : "are";
    return el(
      "fieldset",
      { className: "choices" },
      el("legend", {}, `${number.format(running)} of them ${verb} still being processed:`),
      CHOICES.map(([value, text, hint]) =>
        el(
          "label",
          { className: "check" },
          el("input", {
            type: "radio",
            name: "if-processing",
            value,
            checked: value === choice,
            onchange: () => {
              choice = value;
              update();
            },
          }),
          el("span", {}, text, el("span", { className: "hint" }, `: ${hint}`)),
        ),
      ),
    );
  }
}
