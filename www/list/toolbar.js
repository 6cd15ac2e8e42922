// Search, filters, and the headers of the columns.

import { html } from "../ui/element.js";
import { button } from "../ui/parts.js";
import { AGES, isFiltered, STATE_FILTERS } from "./criteria.js";

const COLUMNS = {
  id: "Id",
  state: "State",
  requests: "Requests",
  created: "Created",
  ended: "Ended",
  expires: "Results until",
};

export const NO_FILTER = { id: "", state: "", age: "" };

/**
 * @param {object} criteria
 * @param {string} count the number of batches in words
 * @param {object} hooks
 * @param {(changes: object) => void} hooks.change
 * @param {(id: string) => void} hooks.type
 */
export function toolbar(
  criteria,
  count,
  { change, type, reload, paste, canShowDeleted, showDeleted, isLoading },
) {
  const ages = Object.entries(AGES).map(([value, [name]]) => [value, name]);
  return html`<form id="filters" class="filters" role="search" aria-label="Batches"
      @submit=${(event) => event.preventDefault()}>
      <label class="search"><input id="filter-id" class="input mono" type="search" aria-label="Search by id"
        placeholder="Search ids" autocomplete="off" .value=${criteria.id}
        @input=${({ target }) => type(target.value)}><kbd aria-hidden="true">/</kbd></label>
      ${select("state", "State", Object.entries(STATE_FILTERS), criteria.state, change)}
      ${select("age", "Age", ages, criteria.age, change)}
      <button type="button" id="filter-clear" class="link" ?hidden=${!isFiltered(criteria)}
        @click=${clear}>Clear filters</button>
      <p id="batches-count" class="quiet">${count}</p>
      <div class="ways">
        <label class="check show-deleted" ?hidden=${!canShowDeleted}><input id="show-deleted" type="checkbox"
          @change=${({ target }) => showDeleted(target.checked)}><span>Show deleted</span></label>
        ${button("Paste ids…", paste, "link")}
        <button type="button" id="reload" class="link" aria-disabled=${isLoading} @click=${reload}>Reload</button>
      </div>
    </form>`;

  function clear({ target }) {
    change(NO_FILTER);
    target.form.querySelector("#filter-id").focus();
  }
}

const select = (name, title, options, chosen, change) =>
  html`<select id="filter-${name}" class="input" aria-label=${title} ?data-set=${Boolean(chosen)}
    @change=${({ target }) => change({ [name]: target.value })}>${options.map(
      ([value, words]) =>
        html`<option value=${value} .selected=${value === chosen}>${words}</option>`,
    )}</select>`;

/**
 * @param {object} criteria
 * @param {{ some: boolean, all: boolean }} checked
 */
export function head(criteria, checked, { change, selectAll }) {
  return html`<div class="heads" role="rowgroup">
    <div id="batches-head" class="head" role="row" aria-rowindex="1">
      <div class="cell cell-check" role="columnheader"><label class="row-check-area"><input
        id="select-all" type="checkbox" class="row-check" aria-label="Select all that are shown"
        .checked=${checked.all} .indeterminate=${checked.some && !checked.all}
        @click=${({ target }) => selectAll(target.checked)}></label></div>
      ${Object.entries(COLUMNS).map(([name, title]) => column(name, title, criteria, change))}
      <div class="cell cell-delete" role="columnheader"><span class="visually-hidden">Delete</span></div>
    </div>
  </div>`;
}

function column(name, title, { sort, isDescending }, change) {
  const isSorted = name === sort;
  const direction = isDescending ? "descending" : "ascending";
  // Times and numbers matter more from above.
  const first = name !== "id" && name !== "state";
  const sortBy = () => change({ sort: name, isDescending: isSorted ? !isDescending : first });
  return html`<div class="cell cell-${name}" role="columnheader" aria-sort=${isSorted ? direction : "none"}>
    <button type="button" class="sort" @click=${sortBy}>${title}</button>
  </div>`;
}
