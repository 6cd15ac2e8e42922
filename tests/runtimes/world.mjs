// A world of the emulator: batches, faults and a record of requests that no other test sees.

let count = 0;

/** Makes a world with a name of its own. */
export function newWorld(origin) {
  count += 1;
  const unique = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
  return world(`${origin}/w/t${unique}${count}`);
}

/** @param {string} url the world's address, which is also the base URL for clients */
function world(url) {
  const control = async (method, path, body) => {
    const response = await fetch(`${url}/_emulator/${path}`, {
      method,
      ...(body && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the emulator refused ${method} ${path}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
  return {
    url,
    /** Makes batches: `{ count?, id?, status?, createdAt? }` → `{ batches }`. */
    create: (batches = {}) => control("POST", "batches", batches),
    /** Replaces the next responses of the API by faults; `seed` is for random ones. */
    faults: (faults, seed) => control("POST", "faults", { faults, seed }),
    clearFaults: () => control("DELETE", "faults"),
    /** The requests that were received: `{ requests }`. */
    requests: () => control("GET", "requests"),
    clearRequests: () => control("DELETE", "requests"),
    /** Resolves with the existing batches, `{ batches, deleted }`. */
    batches: () => control("GET", "batches"),
    settings: (settings) => control("POST", "settings", settings),
    /** Advances the world's clock. */
    advance: (advanceMs) => control("POST", "clock", { advanceMs }),
    /** Ends the processing of a batch. */
    end: (id) => control("POST", `batches/${id}/end`),
    reset: () => control("POST", "reset"),
    /** Counts, among them requests that no route matched. */
    stats: () => control("GET", "stats"),
  };
}
