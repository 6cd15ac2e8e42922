// The tab of the options, and the code that does the same as the page.

import { selection } from "../list/selection.js";
import { define, html, PageElement } from "../ui/element.js";
import { copy } from "../ui/parts.js";
import { ANTHROPIC_BETAS } from "./api.js";
import {
  changedOptions,
  changeOptions,
  chosenBetas,
  NUMBERS,
  options,
  problemOf,
} from "./options.js";
import { RELAY } from "./workspace.js";

class CallOptions extends PageElement {
  static signals = [options, selection];

  render() {
    const { betas, others } = options.value;
    const count = chosenBetas().length;
    return html`<h2>Options</h2>
      <form id="options" @submit=${(event) => event.preventDefault()}>
        <div class="numbers">${Object.keys(NUMBERS).map(numberField)}</div>
        <details class="betas">
          <summary>Beta flags: <span id="betas-count">${count === 0 ? "none" : `${count} chosen`}</span></summary>
          <fieldset>
            <legend class="hint">Sent in this order. Deleting a batch needs none.</legend>
            <div id="betas-list" class="betas-list">
              ${ANTHROPIC_BETAS.map(
                (
                  flag,
                ) => html`<label class="check"><input type="checkbox" .checked=${betas.includes(flag)}
                  @change=${({ target }) => chooseBeta(flag, target.checked)}><span>${flag}</span></label>`,
              )}
            </div>
          </fieldset>
          <label for="betas-others" class="hint">Other flags, separated by spaces</label>
          <input id="betas-others" class="input mono" autocomplete="off" autocapitalize="off"
            .value=${others} @input=${({ target }) => changeOptions({ others: target.value })}>
        </details>
        <details>
          <summary>The code that does the same</summary>
          <pre id="code" class="response" dir="ltr">${codeOf()}</pre>
          <div class="actions">${copy(codeOf, "the code")}</div>
        </details>
      </form>`;
  }
}

define("call-options", CallOptions);

function numberField(name) {
  const { label, min, max, standard } = NUMBERS[name];
  const problem = problemOf(name);
  return html`<label>${label}<input
      id="option-${name}" class="input" type="number" min=${min} max=${max} step="1"
      placeholder=${standard} aria-describedby="problem-${name}"
      .value=${options.value.numbers[name] ?? ""}
      @input=${({ target }) => changeOptions({ numbers: { ...options.value.numbers, [name]: target.value } })}
    ><span id="problem-${name}" class="problem">${problem}</span></label>`;
}

function chooseBeta(flag, isChosen) {
  const others = options.value.betas.filter((one) => one !== flag);
  const betas = isChosen ? [...others, flag] : others;
  changeOptions({ betas: ANTHROPIC_BETAS.filter((one) => betas.includes(one)) });
}

function codeOf() {
  const ids = [...selection.value];
  const shown = ids.slice(0, 3).map((id) => `  ${JSON.stringify(id)},`);
  const rest = ids.length - shown.length;
  return [
    'import { deleteBatches } from "delete-message-batch";',
    "",
    "const ids = [",
    ...shown,
    ...(rest > 0 ? [`  // and ${rest} more`] : []),
    "];",
    "const report = await deleteBatches(ids, {",
    `  baseURL: ${JSON.stringify(RELAY)}, // in a page; elsewhere: apiKey`,
    ...changedOptions().map(([name, value]) => `  ${name}: ${JSON.stringify(value)},`),
    "});",
  ].join("\n");
}
