// One row: makes its project, runs its command, and checks the requests that the emulator received.

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { launchChromium } from "../browsers/launch.mjs";
import { freePort } from "../runtimes/free-port.mjs";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { folderWith, nodeFolder, unpack, versionOf } from "./install.mjs";

const LIMIT_MS = 180_000;
const NODE = "24";

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {Record<string, string>} [tools] packages of npm, and their ranges
 * @property {string[]} [shown] the tools whose versions the table shows; all of them by default
 * @property {string} [node] the version; 24 unless given
 * @property {boolean} [inNode] false: the program runs elsewhere, so that Node's version says nothing
 * @property {Record<string, string>} files of the project; `filled` replaces their placeholders
 * @property {string} command of a shell, in the project, with the tools on PATH
 * @property {{ command: string, path?: string, init?: RequestInit, inPage?: boolean }} [serve] a server to start
 *   afterwards, on PORT, and the request that deletes the batch, or (`inPage`) the page at that path, in Chromium
 * @property {boolean} [unpacked] false: the project installs the tarball itself
 * @property {(folder: string) => string | undefined} [check] checks the written files; returns a remark for the table
 * @property {string} [remark] for the table
 * @property {{ reason: string, output: RegExp }} [limitation] it is known to fail, with this output
 */

/** Runs a row; resolves with its cells of the table, and with `failure` if the result is not the expected one. */
export async function runRow(row, { packed, emulator }) {
  const outcome = { name: row.name, remark: row.remark, limitation: row.limitation };
  const tools = row.tools ?? {};
  const version = row.node ?? NODE;
  outcome.versions = Object.entries(tools)
    .map((pair) => pair.join(" "))
    .join(", ");
  try {
    const bin = await nodeFolder(version);
    const folder = await folderWith(tools);
    outcome.versions = versions(row, folder, dirname(bin));
    if (row.unpacked !== false) await unpack(packed.tarball, folder);
    const world = newWorld(emulator.origin);
    const [{ id }] = (await world.create({})).batches;
    const port = await freePort();
    const fill = (text) => filled(text, { id, baseURL: world.url, tarball: packed.tarball, port });
    writeFiles(folder, row.files, fill);
    const env = environment(folder, bin, port);
    const problem = await attempt(row, { folder, env, port, world, id, fill });
    if (row.limitation) outcome.failure = contradiction(row.limitation, problem);
    else outcome.failure = problem;
    if (!problem) outcome.remark = row.check?.(folder) ?? row.remark;
  } catch (error) {
    outcome.failure = error.stack;
  }
  return outcome;
}

/** Resolves with the problem, or with `undefined` if one request deleted the batch. */
async function attempt(row, { folder, env, port, world, id, fill }) {
  const { code, output } = await shell(row.command, { folder, env }).ended;
  if (code !== 0) return `${row.command} ended with ${code}:\n${output.slice(-4000)}`;
  if (row.serve) {
    const problem = await request(row.serve, { folder, env, port, fill });
    if (problem) return problem;
  }
  const { deleted } = await world.batches();
  const sent = (await world.requests()).requests.map(({ method }) => method);
  if (deleted.join() !== id) return `the batch was not deleted:\n${output.slice(-4000)}`;
  if (sent.join() !== "DELETE") return `more was sent than one request: ${sent}`;
  return undefined;
}

function contradiction({ output }, problem) {
  if (!problem) return "it works now: remove the limitation";
  return output.test(problem) ? undefined : `it failed otherwise than known:\n${problem}`;
}

/** Starts the server, and requests the path until there is a response. */
async function request({ command, path = "/", init, inPage }, { folder, env, port, fill }) {
  const server = shell(fill(command), { folder, env });
  try {
    const limit = performance.now() + LIMIT_MS / 3;
    for (;;) {
      const signal = AbortSignal.timeout(LIMIT_MS / 3);
      const url = `http://127.0.0.1:${port}${fill(path)}`;
      const response = await fetch(url, { ...init, signal }).catch(() => {});
      if (response && inPage) return await problemOfPage(url);
      if (response) {
        const text = await response.text();
        const isDeleted = response.ok && text.includes("message_batch_deleted");
        return isDeleted
          ? undefined
          : `${response.status}: ${text.slice(0, 2000)}\n${server.output()}`;
      }
      if (server.hasEnded() || performance.now() > limit) {
        return `${command} does not listen:\n${server.output()}`;
      }
      await sleep(100);
    }
  } finally {
    server.end();
    await server.ended;
  }
}

async function problemOfPage(url) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(url);
    const shown = page.getByText("message_batch_deleted");
    const isShown = await shown.waitFor({ timeout: LIMIT_MS / 6 }).then(
      () => true,
      () => false,
    );
    return isShown ? undefined : `the page shows:\n${await page.textContent("body")}`;
  } finally {
    await browser.close();
  }
}

/** Runs a line in a process group of its own, so that nothing of it is left when it is ended. */
function shell(line, { folder, env }) {
  const options = {
    cwd: folder,
    env,
    shell: true,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  };
  const child = spawn(line, options);
  let output = "";
  let isDone = false;
  const keep = (text) => {
    output += text;
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  const end = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  const timer = setTimeout(() => {
    output += `\nit took longer than ${LIMIT_MS / 1000} s`;
    end();
  }, LIMIT_MS);
  const ended = new Promise((resolve) => {
    child.once("close", (code, signal) => {
      isDone = true;
      clearTimeout(timer);
      resolve({ code: code ?? signal, output });
    });
  });
  return { ended, end, hasEnded: () => isDone, output: () => output };
}

function writeFiles(folder, files, fill) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), fill(text));
  }
}

/** Replaces the placeholders of a file or command by the values of this run. */
const filled = (text, { id, baseURL, tarball, port }) =>
  text
    .replaceAll("__ID__", id)
    .replaceAll("__BASE_URL__", baseURL)
    .replaceAll("__TARBALL__", tarball)
    .replaceAll("__PORT__", port);

function environment(folder, bin, port) {
  const path = [bin, join(folder, "node_modules/.bin"), process.env.PATH].join(delimiter);
  return {
    ...plainEnvironment(),
    PATH: path,
    PORT: `${port}`,
    HOST: "127.0.0.1",
    CI: "true",
    NO_COLOR: "1",
    // Nothing is reported to anybody.
    DO_NOT_TRACK: "1",
    ASTRO_TELEMETRY_DISABLED: "1",
    NEXT_TELEMETRY_DISABLED: "1",
    WRANGLER_SEND_METRICS: "false",
    YARN_ENABLE_TELEMETRY: "0",
  };
}

/** Returns the versions of the shown tools, and of Node. */
function versions({ tools = {}, shown = Object.keys(tools), inNode = true }, folder, nodeRoot) {
  const list = shown.map((name) => `${name} ${versionOf(folder, name)}`);
  const { version } = JSON.parse(readFileSync(join(nodeRoot, "package.json"), "utf8"));
  return [...list, ...(inNode ? [`Node ${version.replace("v", "")}`] : [])].join(", ");
}
