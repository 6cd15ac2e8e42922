// The form that deletes a batch by its id, whether or not it is in the list.

import { ANTHROPIC_BETAS } from "./api.js";
import { gone } from "./batches.js";
import { createDeletion } from "./deletion.js";
import { byId, el } from "./dom.js";

export function startById() {
  byId("by-id-betas-list").append(
    ...ANTHROPIC_BETAS.map((flag) =>
      el(
        "label",
        { className: "check" },
        el("input", { type: "checkbox", name: "betas", value: flag, onchange: countBetas }),
        el("span", {}, flag),
      ),
    ),
  );
  countBetas();
  byId("by-id").onsubmit = (event) => {
    event.preventDefault();
    open(new FormData(event.target));
  };
}

/** The deletion takes the place of the form: it is about what was typed by then. */
function open(fields) {
  const form = byId("by-id");
  const panel = byId("by-id-panel");
  const id = fields.get("id").trim();
  const betas = fields.getAll("betas");
  const deletion = createDeletion({
    id,
    betas,
    onDeleted: () => {
      form.reset();
      countBetas();
      gone(id);
    },
    onClose: () => {
      panel.replaceChildren();
      form.hidden = false;
      byId("by-id-id").focus();
    },
  });
  panel.replaceChildren(
    el("p", { className: "mono" }, id),
    el("p", { className: "hint" }, betas.length > 0 ? `with ${betas.join(", ")}` : ""),
    deletion.element,
  );
  form.hidden = true;
  deletion.focus();
}

/** Some browsers keep what was checked over a reload. */
function countBetas() {
  const count = byId("by-id-betas-list").querySelectorAll(":checked").length;
  byId("by-id-betas-count").textContent = count === 0 ? "none" : `${count} chosen`;
}
