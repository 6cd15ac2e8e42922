// Starts the demo as `npm start` does, and reads the emulator behind it.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../../tools/shared/run.mjs";

const START = join(ROOT, "tools/start/main.mjs");
const GROUPS = process.platform !== "win32";

/** Runs tools/start/main.mjs with these arguments and variables; `ended` resolves with `{ code, signal, ms }`. */
export function runStart(args, variables = {}) {
  // A process group of its own, so that a test can press Ctrl-C.
  const child = spawn(process.execPath, [START, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: GROUPS,
    env: { ...process.env, ...variables },
  });
  let output = "";
  let signalled = performance.now();
  const listeners = new Set();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise((resolve) => {
    child.once("close", (code, signal) => {
      resolve({ code, signal, ms: performance.now() - signalled });
    });
  });
  return {
    ended,
    output: () => output,
    /** Resolves with the match as soon as the output has it. */
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output);
          if (!found) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
        ended.then(({ code }) => reject(new Error(`ended with exit code ${code}:\n${output}`)));
      }),
    /** To the process alone, as `kill` does. */
    kill: (signal) => {
      signalled = performance.now();
      child.kill(signal);
      return ended;
    },
    /** To all that run in its terminal, as Ctrl-C does. */
    pressCtrlC: () => {
      signalled = performance.now();
      if (GROUPS) process.kill(-child.pid, "SIGINT");
      else child.kill("SIGINT");
      return ended;
    },
  };
}

/** The demo, ready to be looked at: `{ origin, emulator, output, kill, pressCtrlC }`. */
export async function startDemo(args = []) {
  const started = runStart(["--port", "0", ...args]);
  const [, origin] = await started.printed(/^ {2}(http:\/\/127\.0\.0\.1:\d+)$/m);
  const [, emulator] = await started.printed(/emulator of the API: (http:\S+)/);
  return { ...started, origin, emulator: emulatorAt(emulator) };
}

function emulatorAt(origin) {
  const ask = async (method, path, body) => {
    const response = await fetch(`${origin}/_emulator/${path}`, {
      method,
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the emulator: ${path}: ${text}`);
    return text && JSON.parse(text);
  };
  return {
    origin,
    /** Makes a batch, the newest unless `wanted` says otherwise, and resolves with its id. */
    add: async (wanted) => {
      const { batches } = await ask("POST", "batches", { ageSeconds: 60, ...wanted });
      return batches[0].id;
    },
    end: (id) => ask("POST", `batches/${id}/end`),
    fault: (fault) => ask("POST", "faults", { faults: [fault] }),
    clearFaults: () => ask("DELETE", "faults"),
    set: (settings) => ask("POST", "settings", settings),
    state: () => ask("GET", "batches"),
    stats: () => ask("GET", "stats"),
    /** The requests that were received about a batch. */
    requests: async (id) => (await ask("GET", `requests?batchId=${id}`)).requests,
  };
}
