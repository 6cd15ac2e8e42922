// The form that deletes a batch by its id, whether or not it is in the list.

import { diagnose } from "./banner.js";
import { gone } from "./batches.js";
import { createDeletion } from "./deletion.js";
import { byId, code, el } from "./dom.js";
import { addResult } from "./results.js";

export function startById() {
  byId("by-id").onsubmit = (event) => {
    event.preventDefault();
    open(new FormData(event.target).get("id").trim());
  };
}

/** The deletion takes the place of the form: it is about what was typed by then. */
function open(id) {
  const form = byId("by-id");
  const panel = byId("by-id-panel");
  const deletion = createDeletion({
    id,
    onEnd: ({ status, deleted, error }) => {
      if (status === "deleted") {
        form.reset();
        gone(id);
      } else if (status === "failed") {
        diagnose();
      }
      if (status !== "aborted") addResult(id, { status, error, requestId: deleted?._request_id });
    },
    onClose: () => {
      panel.replaceChildren();
      form.hidden = false;
      byId("by-id-id").focus();
    },
  });
  panel.replaceChildren(el("p", {}, code(id)), deletion.element);
  form.hidden = true;
  deletion.focus();
}
