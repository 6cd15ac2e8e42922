// The two runtimes of the soak, each `{ run, sample, stop }`: `run` a round, `sample` the memory in bytes.

import { execFile, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";
import { startWorker } from "../runtimes/workerd-start.mjs";

const NODE = fileURLToPath(new URL("node-main.mjs", import.meta.url));
const WORKER = new URL("worker-main.mjs", import.meta.url);

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

export async function inWorkerd() {
  const { call, residentBytes, stop } = await startMeasured(WORKER);
  return {
    name: "workerd",
    run: (settings) => call({ run: settings }),
    sample: async () => ({ ...(await call({})), rss: await residentBytes() }),
    stop,
  };
}

/** A worker in workerd whose process is measured. */
export async function startMeasured(module) {
  const worker = await startWorker(module);
  const pid = await childNamed("workerd");
  return { ...worker, residentBytes: () => residentBytes(pid) };
}

const ps = async (...args) => (await promisify(execFile)("ps", args)).stdout;

/** The process id of this process's child of that name. */
async function childNamed(name) {
  const lines = (await ps("-A", "-o", "pid=,ppid=,comm=")).split("\n");
  const found = lines.map((line) => line.trim().split(/\s+/));
  const child = found.find(([, parent, ...command]) => {
    return Number(parent) === process.pid && command.join(" ").includes(name);
  });
  if (!child) throw new Error(`no child process ${name}`);
  return child[0];
}

const residentBytes = async (pid) => 1_024 * Number(await ps("-o", "rss=", "-p", pid));
