// The workspace that this page deletes from: `?workspace=NAME` in its address, else the Worker's first.

/** The name in the address. Another workspace is another page. */
export const workspace = new URLSearchParams(location.search).get("workspace") ?? undefined;

/** The relay that the page calls: its own origin, which adds the key. */
export const RELAY = workspace ? `/api/workspaces/${encodeURIComponent(workspace)}` : "/api";

/** The prefix of the keys in the tab's storage, so that no failure of one workspace is retried in another. */
export const SCOPE = workspace ? `${workspace}:` : "";

/** Returns a path of the Worker for this workspace. */
export function ofWorkspace(path) {
  if (!workspace) return path;
  return `${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams({ workspace })}`;
}
