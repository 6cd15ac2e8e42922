// What is behind the page: the emulator, or the real API.

import { byId, el, visible } from "./dom.js";
import { ofWorkspace, showPlace } from "./workspace.js";

const LIMIT_MS = 10_000;

/** Until it is known otherwise, what is deleted here is real. */
export async function readMode() {
  const response = await fetch(ofWorkspace("/config"), {
    signal: AbortSignal.timeout(LIMIT_MS),
  }).catch(() => {});
  const mode = response?.ok ? await response.json() : { live: true };
  if (!mode.live) showDemo();
  showPlace(mode);
  if (mode.signOut) {
    byId("sign-out").hidden = false;
    byId("operator").textContent = visible(mode.operator);
  }
}

function showDemo() {
  const notice = byId("notice");
  notice.classList.remove("live");
  notice.replaceChildren(
    el("strong", {}, "Demo."),
    " The API behind this page is an emulator on your own machine: nothing real can be lost. The ",
    "page holds no key; the Worker that you started adds it.",
  );
}
