// What is behind the page: the emulator, or the real API.

import { byId, el } from "./dom.js";

/** @returns {Promise<{ live: boolean, operator?: string }>} */
export async function readMode() {
  const response = await fetch("/config");
  // Until it is known otherwise, what is deleted here is real.
  const mode = response.ok ? await response.json() : { live: true };
  if (!mode.live) showDemo();
  return mode;
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
