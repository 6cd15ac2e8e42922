// The number that an operator types before many batches are deleted.

import { html, nothing } from "./element.js";

/** Above this number, the operator types it. */
const MOST_UNTYPED = 100;

/** Returns whether the operator may delete this number, having typed a string. */
export const isConfirmed = (count, typed) =>
  count <= MOST_UNTYPED || typed.replaceAll(/[\s,.]/g, "") === `${count}`;

/** The field for a number that must be typed. */
export const typedField = (id, count, typed, { onType, onEnter }) =>
  count <= MOST_UNTYPED
    ? nothing
    : html`<div class="field typed"><label for=${id}>Type ${count} to confirm</label>
        <input id=${id} class="input" inputmode="numeric" autocomplete="off" .value=${typed}
          @input=${({ target }) => onType(target.value)}
          @keydown=${({ key }) => key === "Enter" && isConfirmed(count, typed) && onEnter()}></div>`;
