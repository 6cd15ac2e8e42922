// The runtimes of the soak, each `{ run, sample, stop }`: `run` a round, `sample` the memory in bytes.

import { execFile, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";
import { startWorker } from "../runtimes/workerd-start.mjs";

const NODE = fileURLToPath(new URL("node-main.mjs", import.meta.url));
const WORKER = new URL("worker-main.mjs", import.meta.url);
const BARE_WORKER = new URL("bare-main.mjs", import.meta.url);

export async function inNode() {
  const child = fork(NODE, { execArgv: ["--expose-gc"], env: plainEnvironment() });
  const waiting = new Map();
  let last = 0;
  const ready = new Promise((resolve, reject) => waiting.set("ready", { resolve, reject }));
  child.on("message", ({ id, result, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(result);
  });
  child.once("close", (code) => {
    for (const { reject } of waiting.values())
      reject(new Error(`Node ended with exit code ${code}`));
  });
  const send = (message) => {
    last += 1;
    const id = last;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      child.send({ id, ...message });
    });
  };
  await ready;
  return {
    name: `Node ${process.versions.node}`,
    run: (settings) => send({ run: settings }),
    sample: () => send({}),
    stop: async () => child.kill(),
  };
}

export const inWorkerd = () => inProcess("workerd", WORKER);

/** The same requests without the package, to measure the memory of the runtime itself. */
export const bareInWorkerd = () => inProcess("workerd, bare fetch", BARE_WORKER);

async function inProcess(name, module) {
  // Two that start at the same time would take each other's process for theirs.
  const others = await childrenNamed("workerd");
  const { call, stop } = await startWorker(module);
  const [pid] = (await childrenNamed("workerd")).filter((child) => !others.includes(child));
  if (!pid) throw new Error("workerd has no process");
  return {
    name,
    run: (settings) => call({ run: settings }),
    sample: async () => ({ ...(await call({})), rss: await residentBytes(pid) }),
    stop,
  };
}

const ps = async (...args) => (await promisify(execFile)("ps", args)).stdout;

/** The ids of this process's children of that name. */
async function childrenNamed(name) {
  const lines = (await ps("-A", "-o", "pid=,ppid=,comm=")).split("\n");
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, ...command]) => {
      return Number(parent) === process.pid && command.join(" ").includes(name);
    })
    .map(([pid]) => pid);
}

const residentBytes = async (pid) => 1_024 * Number(await ps("-o", "rss=", "-p", pid));
