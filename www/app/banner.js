// One banner for a problem of the page's connection: with the remedy, and the rows kept.

import { announce } from "../ui/announce.js";
import { define, html, nothing, PageElement } from "../ui/element.js";
import { visible } from "../ui/format.js";
import { button } from "../ui/parts.js";
import { Signal } from "../ui/signal.js";

const LIMIT_MS = 10_000;
const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const UNAVAILABLE = 503;
const PLACE = "#batches-title";

/** `{ kind, title, words, way? }`, or `undefined` while the Worker responds as it should. */
export const problem = new Signal();

/** Finds out after a failure whether it is one of the page's connection. */
export async function diagnose() {
  const found = await find();
  if (found && found.kind !== problem.value?.kind) announce(found.title);
  problem.set(found);
}

class PageBanner extends PageElement {
  static signals = [problem];

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
    const { title, words, way } = problem.value;
    return html`<p><strong>${title}</strong> ${words}</p>
      <div class="actions">${way}${button("Try again", tryAgain)}</div>`;
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

async function find() {
  if (!navigator.onLine) {
    const words = "Requests fail until the network returns; then retry the failed ones in Results.";
    return { kind: "offline", title: "You are offline.", words };
  }
  const signal = AbortSignal.timeout(LIMIT_MS);
  try {
    // Cloudflare Access redirects a request that is not signed in.
    return await problemIn(await fetch("/config", { redirect: "manual", signal }));
  } catch {
    // In WebKit, the error is the one of any abort.
    if (signal.aborted) {
      const words = `No response arrived within ${LIMIT_MS / 1_000} s.`;
      return { kind: "hanging", title: "The Worker doesn’t respond in time.", words };
    }
    const words = "If npm start runs it: is it still running? Otherwise read the Worker’s logs.";
    return { kind: "down", title: "The Worker doesn’t respond.", words };
  }
}

async function problemIn(response) {
  const { status, type, ok } = response;
  if (status === UNAUTHORIZED || type === "opaqueredirect") {
    const way = html`<a class="button" href="/" target="_blank" rel="noopener">Sign in</a>`;
    const words = "Your session has ended. Sign in in another tab; this one resumes.";
    return { kind: "signed-out", title: "You are signed out.", words, way };
  }
  if (status === FORBIDDEN) {
    const words = "The Worker refuses this operator or this address.";
    return { kind: "forbidden", title: "You are not allowed to use this page.", words };
  }
  if (status === UNAVAILABLE) {
    const words = visible(await response.text());
    return { kind: "unconfigured", title: "The Worker is not configured.", words };
  }
  if (ok) return undefined;
  const title = `The Worker responds with ${status}.`;
  return { kind: "failing", title, words: "Read its logs." };
}
