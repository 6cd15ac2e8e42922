// The head of the page: the server, the workspace, the operator.

import { define, html, nothing, PageElement } from "../ui/element.js";
import { visible } from "../ui/format.js";
import { mode } from "./mode.js";
import { panel } from "./tabs.js";

class PageHeader extends PageElement {
  static signals = [mode, panel];

  render() {
    const { live, host, workspaces, workspace, signOut, operator, isKnown } = mode.value;
    const server = isKnown && !live ? "emulator on this machine" : visible(host ?? "");
    return html`<header class="top">
      <img class="mark" src="/icon.svg" alt="" width="24" height="24">
      <h1>Message Batches</h1>
      <p id="mode" class="badge" data-live=${isKnown ? live : nothing} ?hidden=${!isKnown}
        title=${live ? "The real API: a deletion is final." : `Nothing real can be lost: ${host}`}>
        <strong>${live ? "Live" : "Demo"}</strong> <span>${server}</span>
      </p>
      ${
        workspaces.length > 1
          ? html`<label class="badge place"><span>Workspace</span>
            <select id="workspace" data-workspace=${workspace} @change=${change}>
              ${workspaces.map(
                (name) =>
                  html`<option .value=${name} ?selected=${name === workspace}>${visible(name)}</option>`,
              )}
            </select></label>`
          : workspace
            ? html`<p id="workspace" class="badge place"><span>Workspace</span> <strong>${visible(workspace)}</strong></p>`
            : nothing
      }
      <div class="person">
        ${
          signOut
            ? html`<span id="operator" class="quiet">${visible(operator)}</span>
              <form method="post" action="/sign-out"><button type="submit" class="link">Sign out</button></form>`
            : nothing
        }
        <button type="button" id="panel-toggle" class="button small" aria-controls="side"
          aria-expanded=${panel.value.isOpen} @click=${toggle}>Tools</button>
      </div>
    </header>`;
  }
}

define("page-header", PageHeader);

function toggle() {
  panel.set({ ...panel.value, isOpen: !panel.value.isOpen });
}

function change({ target }) {
  location.search = `?${new URLSearchParams({ workspace: target.value })}`;
}
