// The options that every call of this page has, and the code that does the same.

import { ANTHROPIC_BETAS } from "./api.js";
import { byId, copyButton, el } from "./dom.js";
import { RELAY } from "./workspace.js";

/** Names of the package's options: the field, what it is in the field, and the default. */
const NUMBERS = {
  maxRetries: { field: "option-retries", unit: 1, standard: 2 },
  timeout: { field: "option-timeout", unit: 1_000, standard: 60_000 },
  totalTimeout: { field: "option-total", unit: 1_000, standard: undefined },
  concurrency: { field: "option-concurrency", unit: 1, standard: 8 },
};

let selected = [];

export function startSettings() {
  byId("betas-list").append(
    ...ANTHROPIC_BETAS.map((flag) =>
      el(
        "label",
        { className: "check" },
        el("input", { type: "checkbox", name: "betas", value: flag }),
        el("span", {}, flag),
      ),
    ),
  );
  byId("options").oninput = changed;
  byId("options").onsubmit = (event) => event.preventDefault();
  byId("code-copy").append(copyButton(() => codeText(), "the code"));
  changed();
}

/** Of each call: `{ betas, maxRetries, timeout }`. */
export function requestOptions() {
  const { maxRetries, timeout } = numbers();
  const betas = chosenBetas();
  return { ...(betas.length > 0 && { betas }), maxRetries, timeout };
}

/** Of a job: the same, `concurrency` and `totalTimeout`. */
export function jobOptions() {
  const { concurrency, totalTimeout } = numbers();
  return { ...requestOptions(), concurrency, ...(totalTimeout && { totalTimeout }) };
}

/** What the code is about: the ids that are selected. */
export function showCodeFor(ids) {
  selected = ids;
  showCode();
}

function changed() {
  const count = chosenBetas().length;
  byId("betas-count").textContent = count === 0 ? "none" : `${count} chosen`;
  showCode();
}

function chosenBetas() {
  const known = [...byId("betas-list").querySelectorAll(":checked")].map(({ value }) => value);
  const others = byId("betas-others").value.split(/[\s,]+/);
  return [...new Set([...known, ...others])].filter(Boolean);
}

/** A field that is empty, or not valid, is the default. */
function numbers() {
  const values = Object.entries(NUMBERS).map(([name, { field, unit, standard }]) => {
    const { value, validity } = byId(field);
    return [name, value !== "" && validity.valid ? Number(value) * unit : standard];
  });
  return Object.fromEntries(values);
}

function showCode() {
  byId("code").textContent = codeText();
}

function codeText() {
  const { ifProcessing } = readJobChoice();
  const given = Object.entries({ ...jobOptions(), ifProcessing }).filter(
    ([name, value]) => value !== (NUMBERS[name]?.standard ?? (name === "ifProcessing" && "reject")),
  );
  const shown = selected.slice(0, 3).map((id) => `  ${JSON.stringify(id)},`);
  const rest = selected.length - shown.length;
  return [
    'import { deleteBatches } from "delete-message-batch";',
    "",
    "const ids = [",
    ...shown,
    ...(rest > 0 ? [`  // and ${rest} more`] : []),
    "];",
    "const report = await deleteBatches(ids, {",
    `  baseURL: ${JSON.stringify(RELAY)}, // in a page; elsewhere: apiKey`,
    ...given.map(([name, value]) => `  ${name}: ${JSON.stringify(value)},`),
    "});",
  ].join("\n");
}

/** Reads the choice for batches in progress, if the page offers one. */
function readJobChoice() {
  const checked = document.querySelector("#bulk [name=if-processing]:checked");
  const value = checked?.value ?? "reject";
  return { ifProcessing: value === "leave" ? "reject" : value };
}
