// Search, filters and the columns' headers.

import { AGES, STATE_FILTERS, writeCriteria } from "./criteria.js";
import { byId, el, hidden } from "./dom.js";

const COLUMNS = {
  id: "Id",
  state: "State",
  requests: "Requests",
  created: "Created",
  ended: "Ended",
  expires: "Expires",
};

/** The pause after a key before the list is filtered. */
const TYPING_MS = 120;

/**
 * @param {object} parts
 * @param {object} parts.criteria those of the address
 * @param {(criteria: object) => void} parts.onCriteria
 * @param {(isSelected: boolean) => void} parts.onSelectAll
 */
export function startToolbar({ criteria, onCriteria, onSelectAll }) {
  let current = criteria;
  const headers = Object.fromEntries(
    Object.entries(COLUMNS).map(([name, title]) => [name, header(name, title)]),
  );
  const all = el("input", {
    id: "select-all",
    type: "checkbox",
    className: "row-check",
    ariaLabel: "Select all that are shown",
    onclick: () => onSelectAll(all.checked),
  });
  byId("batches-head").append(
    el(
      "div",
      { className: "cell cell-check", role: "columnheader" },
      el("label", { className: "row-check-area" }, all),
    ),
    ...Object.values(headers),
    el("div", { className: "cell", role: "columnheader" }, hidden("Delete")),
  );
  const [text, state, age, clear] = ["filter-id", "filter-state", "filter-age", "filter-clear"].map(
    byId,
  );
  state.append(...options(STATE_FILTERS));
  age.append(
    ...options(Object.fromEntries(Object.entries(AGES).map(([key, [name]]) => [key, name]))),
  );
  let typing;
  text.oninput = () => {
    clearTimeout(typing);
    typing = setTimeout(() => change({}), TYPING_MS);
  };
  state.onchange = () => change({ state: state.value });
  age.onchange = () => change({ age: age.value });
  clear.onclick = () => {
    change({ text: "", state: "", age: "" });
    text.focus();
  };
  byId("filters").onsubmit = (event) => event.preventDefault();
  show();

  function change(changes) {
    clearTimeout(typing);
    current = { ...current, text: text.value, ...changes };
    writeCriteria(current);
    show();
    onCriteria(current);
  }

  function sortBy(sort) {
    // Times and numbers are more of interest from above.
    const first = sort !== "id" && sort !== "state";
    change({ sort, isDescending: current.sort === sort ? !current.isDescending : first });
  }

  function show() {
    if (text.value !== current.text) text.value = current.text;
    state.value = current.state;
    age.value = current.age;
    clear.hidden = !(current.text || current.state || current.age);
    const direction = current.isDescending ? "descending" : "ascending";
    for (const name of Object.keys(headers)) {
      headers[name].ariaSort = name === current.sort ? direction : "none";
    }
  }

  function header(name, title) {
    const sort = el(
      "button",
      { type: "button", className: "sort", onclick: () => sortBy(name) },
      title,
    );
    return el("div", { className: `cell cell-${name}`, role: "columnheader" }, sort);
  }
}

const options = (names) =>
  Object.entries(names).map(([value, name]) => el("option", { value }, name));
