// Child processes: run one to its end, and show its output only if it failed.

import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { Stop } from "./say.mjs";

/** The folder of the project. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs a command and resolves with its stdout.
 * Fails with the end of its output, or with `missing` if there is no such command.
 */
export async function run(command, args, options = {}) {
  const { code, signal, stdout, output } = await execute(command, args, options);
  if (code !== 0) {
    const how = signal ? `was ended by ${signal}` : `failed with exit code ${code}`;
    throw new Stop(`${command} ${args.join(" ")} ${how}:\n\n${output.slice(-8000)}`);
  }
  return stdout;
}

/**
 * Runs a command and resolves with its end; `onText` receives the output as it arrives. After
 * `limitMs` it is ended, and the output says so. `nice` lowers its priority, and that of its children.
 */
export function execute(command, args, options = {}) {
  const { cwd = ROOT, env = process.env, missing, onText, limitMs, nice } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    if (nice && child.pid !== undefined) setPriority(child.pid, nice);
    let stdout = "";
    let output = "";
    const end = () => {
      output += `\n${command} took longer than ${limitMs / 1_000} s`;
      child.kill("SIGKILL");
    };
    const timer = limitMs && setTimeout(end, limitMs);
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      output += text;
      onText?.(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      output += text;
      onText?.(text);
    });
    child.on("error", (error) => {
      const stop = error.code === "ENOENT" && missing;
      reject(stop ? new Stop(missing) : error);
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, output });
    });
  });
}
