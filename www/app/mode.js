// The facts that the Worker has about itself: the emulator or the real API, its host, the workspaces, the operator.

import { Signal } from "../ui/signal.js";
import { ofWorkspace, workspace } from "./workspace.js";

const LIMIT_MS = 10_000;

/** Until the Worker says otherwise, a deletion here is real. */
export const mode = new Signal({ live: true, host: "", workspace, workspaces: [], isKnown: false });

export async function readMode() {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const response = await fetch(ofWorkspace("/config"), { signal }).catch(() => {});
  if (!response?.ok) return;
  const facts = await response.json();
  mode.set({ ...mode.value, ...facts, isKnown: true });
}

/** Returns the server and the workspace, for the question before a deletion. */
export const place = () => [
  ["Server", mode.value.live ? mode.value.host : `${mode.value.host} (demo)`],
  ["Workspace", mode.value.workspace],
];
