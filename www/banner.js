// One banner for what keeps the page from working: with the way out, and the rows kept.

import { announce, button, byId, el, visible } from "./dom.js";

const LIMIT_MS = 10_000;
const UNAUTHORIZED = 401;
const UNAVAILABLE = 503;

let retry = () => {};
let shown;

/** @param {() => void} onRetry loads what could not be loaded */
export function startBanner(onRetry) {
  retry = onRetry;
  addEventListener("offline", () => diagnose());
  addEventListener("online", recover);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) recover();
  });
}

/** After a failure: whether it is one of the page's connection, and which. */
export async function diagnose() {
  const found = await problem();
  if (!found) return hide();
  show(...found);
}

/** Hides the banner if the operator has signed in in another tab, or the network is back. */
async function recover() {
  if (!shown) return;
  const found = await problem();
  if (found) return;
  hide();
  retry();
}

/** `[kind, title, text, ...ways]`, or `undefined` where the Worker responds as it should. */
async function problem() {
  if (!navigator.onLine) {
    return ["offline", "You are offline.", "It goes on when the network is back."];
  }
  let response;
  const signal = AbortSignal.timeout(LIMIT_MS);
  try {
    // Cloudflare Access redirects a request that is not signed in.
    response = await fetch("/config", { redirect: "manual", signal });
  } catch {
    // In WebKit, the error is the one of any abort.
    if (signal.aborted) {
      return [
        "hanging",
        "The Worker doesn’t respond in time.",
        `Nothing came for ${LIMIT_MS / 1_000} s.`,
      ];
    }
    return [
      "down",
      "The Worker doesn’t respond.",
      "Where it was started by npm start: is that still running? Else look at its logs.",
    ];
  }
  if (response.status === UNAUTHORIZED || response.type === "opaqueredirect") {
    return [
      "signed-out",
      "You are signed out.",
      "Sign in again in another tab; this one goes on from where it is.",
      el("a", { className: "button", href: "/", target: "_blank", rel: "noopener" }, "Sign in"),
    ];
  }
  if (response.status === UNAVAILABLE) {
    return ["unconfigured", "The Worker is not configured.", visible(await response.text())];
  }
  if (!response.ok) {
    return ["failing", `The Worker responds with ${response.status}.`, "Look at its logs."];
  }
  return undefined;
}

function show(kind, title, text, ...ways) {
  const banner = byId("banner");
  if (shown !== kind) announce(title);
  shown = kind;
  banner.dataset.kind = kind;
  banner.hidden = false;
  banner.replaceChildren(
    el("p", {}, el("strong", {}, title), ` ${text}`),
    el("div", { className: "actions" }, ways, button("Try again", tryAgain)),
  );
}

async function tryAgain() {
  await diagnose();
  if (!shown) retry();
}

function hide() {
  shown = undefined;
  const banner = byId("banner");
  if (banner.contains(document.activeElement)) byId("batches-title").focus();
  banner.hidden = true;
}
