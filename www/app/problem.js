// The problem of the page's connection: no session, no network, a Worker that is down or not configured.

import { announce } from "../ui/announce.js";
import { visible } from "../ui/format.js";
import { Signal } from "../ui/signal.js";

const LIMIT_MS = 10_000;
const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const UNAVAILABLE = 503;

/** `{ kind, title, words }`, or `undefined` while the Worker responds as it should. */
export const problem = new Signal();
let checking;

/** Finds out after a failure whether it is one of the page's connection. */
export function diagnose() {
  checking ??= find().then((found) => {
    checking = undefined;
    if (found && found.kind !== problem.value?.kind) announce(found.title);
    problem.set(found);
  });
  return checking;
}

/** Returns whether a request failed because the session has ended. Only then it certainly changed nothing. */
export async function isSignedOut({ requestId, code, maybeApplied }) {
  // The API has an id for each request that it receives.
  if (requestId || code === "timeout") return false;
  await diagnose();
  return problem.value?.kind === "signed-out" && !maybeApplied;
}

export async function find() {
  if (!navigator.onLine) {
    return { kind: "offline", title: "Offline." };
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
    const words = "Your session has ended. Sign in in another tab; this one resumes.";
    return { kind: "signed-out", title: "You are signed out.", words };
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
