// One banner for a problem of the page's connection: with the remedy, and the rows kept.

import { results } from "../delete/receipts.js";
import { define, html, nothing, PageElement } from "../ui/element.js";
import { number } from "../ui/format.js";
import { button } from "../ui/parts.js";
import { diagnose, find, problem } from "./problem.js";

const PLACE = "#batches-title";
const SIGN_IN = html`<a class="button" href="/" target="_blank" rel="noopener">Sign in</a>`;

class PageBanner extends PageElement {
  static signals = [problem, results];

  connectedCallback() {
    super.connectedCallback();
    Object.assign(this, { id: "banner", role: "region", ariaLabel: "Problem" });
    addEventListener("offline", diagnose);
    addEventListener("online", recover);
    document.addEventListener("visibilitychange", () => document.hidden || recover());
  }

  render() {
    this.hidden = !problem.value;
    if (!problem.value) return nothing;
    const { kind, title, words } = problem.value;
    return html`<p><strong>${title}</strong> ${kind === "offline" ? lost() : words}</p>
      <div class="actions">${kind === "signed-out" ? SIGN_IN : nothing}${button("Try again", tryAgain)}</div>`;
  }

  willUpdate() {
    const isLost = !problem.value && this.contains(document.activeElement);
    if (isLost) document.querySelector(PLACE)?.focus();
  }
}

define("page-banner", PageBanner);

/** Hides the banner if the operator has signed in in another tab, or the network has returned. */
async function recover() {
  if (!problem.value || (await find())) return;
  problem.set(undefined);
  dispatchEvent(new Event("recovered"));
}

async function tryAgain() {
  await diagnose();
  if (!problem.value) dispatchEvent(new Event("recovered"));
}

/** The deletions that failed because there was no network. */
function lost() {
  const failures = [...results.value.failures.values()];
  const count = failures.filter(({ code }) => code === "connection").length;
  if (count === 0) return "Requests fail until the network returns.";
  return `${number(count)} ${count === 1 ? "deletion" : "deletions"} failed; retry when you are back.`;
}
