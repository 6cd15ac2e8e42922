// Runs the command as a user does, in a process of its own, against a world of the emulator.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { after } from "node:test";
import { ROOT } from "../../tools/shared/run.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";
import { newWorld } from "../runtimes/world.mjs";

const PACKAGE = join(ROOT, "pkg");
const { bin } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));

/** The file that npm links as the command. */
export const COMMAND = join(PACKAGE, bin["delete-message-batch"]);
export const KEY = "sk-test-SECRET";
/** A command that takes longer is ended, and its test fails. */
const LIMIT_MS = 180_000;

let started;
after(async () => (await started)?.stop());

/** A world of this file's emulator, and a folder for files until the test ends. */
export async function setUp(t) {
  started ??= startEmulator();
  const emulator = await started;
  const folder = await mkdtemp(join(tmpdir(), "delete-message-batch-cli-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const world = newWorld(emulator.origin);
  return { world, folder, run: (...args) => start(args, { world }).ended };
}

/** The environment of a command: that of this process, a key and a world. */
export const environment = (world, env = {}) => ({
  ...plainEnvironment(),
  ANTHROPIC_API_KEY: KEY,
  ...(world && { ANTHROPIC_BASE_URL: world.url }),
  ...env,
});

/**
 * Starts the command. `input` is the content of stdin; with null, stdin stays open, and the test writes to it.
 * `ended` resolves with `{ code, signal, stdout, stderr }`.
 */
export function start(args, { world, env, input = "", node = [], limitMs = LIMIT_MS } = {}) {
  const child = spawn(process.execPath, [...node, COMMAND, ...args], {
    env: environment(world, env),
  });
  const found = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (text) => {
      found[name] += text;
    });
  }
  // A command that does not read its stdin closes it.
  child.stdin.on("error", () => {});
  if (input !== null) child.stdin.end(input);
  const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...found });
    });
  });
  return { child, ended, found };
}

/** Writes all of it to the command's stdin. A command that has ended is judged by its exit code. */
export const feed = (job, chunks) => pipeline(chunks, job.child.stdin).catch(() => {});

/** The outcomes and the report that `--json` wrote. */
export function jsonLines(stdout) {
  const lines = stdout.trim().split("\n").map(JSON.parse);
  return { outcomes: lines.slice(0, -1), report: lines.at(-1) };
}

/** An outcome without the id of its request, which a batch that was deleted, canceled or missing has. */
export function withoutRequestId({ requestId, ...outcome }) {
  assert.match(requestId, /^req_/);
  return outcome;
}

export const idsOf = ({ batches }) => batches.map(({ id }) => id);
