// A pseudo-terminal for the command, by `script` of util-linux.

import { spawn, spawnSync } from "node:child_process";
import { after } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { until } from "../runtimes/until.mjs";
import { COMMAND, environment } from "./command.mjs";

export const ESC = "\x1b";
/** Erases the line. */
const ERASE = `${ESC}[2K`;

/** Fails with the command that installs it, where `script` is missing or another one. */
export function ensureScript() {
  const { stdout } = spawnSync("script", ["--version"], { encoding: "utf8" });
  if (stdout?.includes("util-linux")) return;
  throw new Error(
    "these tests need `script` of util-linux: apt-get install bsdutils (Debian), " +
      "dnf install util-linux-script (Fedora), brew install util-linux (macOS, and add it to PATH)",
  );
}

// A command left by a failed test would keep the test's file running.
const children = [];
after(() => children.map((child) => child.kill("SIGKILL")));

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Starts the command on a terminal of its own. `ended` resolves with `{ code, shown }`; `type` types a string as a
 * person would; `see` waits until the terminal shows a RegExp, and fails if the command ends before; `columns` is the
 * terminal's width. `redirect` has the redirections of a shell.
 */
export function onTerminal(args, { world, env, columns = 80, redirect = "" }) {
  const command = [process.execPath, COMMAND, ...args].map(quoted).join(" ");
  const script = `stty cols ${columns} rows 24; exec ${command} ${redirect}`;
  const child = spawn("script", ["--quiet", "--return", "--command", script, "/dev/null"], {
    env: environment(world, { TERM: "xterm", SHELL: "/bin/sh", ...env }),
  });
  children.push(child);
  const found = { shown: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    found.shown += text;
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), 180_000);
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, ...found });
    });
  });
  let hasEnded = false;
  child.once("close", () => {
    hasEnded = true;
  });
  const see = (wanted) =>
    until(() => {
      if (found.shown.match(wanted)) return true;
      if (hasEnded) throw new Error(`it ended before ${wanted}: ${JSON.stringify(found.shown)}`);
      return false;
    }, `${wanted}`);
  return { found, ended, see, type: (text) => child.stdin.write(text) };
}

/** Returns the final screen: each line as it was last written. */
export function screen(shown) {
  return shown
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) =>
      stripVTControlCharacters(line.split(ERASE).at(-1)).replaceAll("\r", "").trimEnd(),
    )
    .filter((line) => line !== "");
}

/** Each state of the progress, as it was drawn. */
export function drawnLines(shown) {
  return shown
    .split(ERASE)
    .map((text) => stripVTControlCharacters(text.split(/[\r\n]/)[0]))
    .filter((text) => text.startsWith("["));
}
