// Stderr: lines for a person, and below them the progress, as one line that is written over and over.
//
// A plain line instead of a library: cli-progress would add 24 KB to the 37 KB of this command, and needs a
// build step; log-update does not run in Node 20.

import { clearLine, cursorTo } from "node:readline";

/** The milliseconds between two drawings: a pause counts down without any outcome. */
const DRAW_MS = 200;
const BAR = 20;
/** The milliseconds before which the rate is not shown: it would only be the rate of the first responses. */
const RATE_FROM_MS = 1_000;

const { stderr } = process;
let isDrawn = false;
let isQuiet = false;
// A second Ctrl-C ends the process while the line is drawn.
process.on("exit", clear);

/** Leaves out notes and the progress from now on. */
export function beQuiet() {
  isQuiet = true;
}

/** Writes a line above the progress. */
export function print(line) {
  clear();
  stderr.write(`${line}\n`);
}

/** Writes a line that is neither a result nor an error. */
export function note(line) {
  if (!isQuiet) print(line);
}

function clear() {
  if (!isDrawn) return;
  isDrawn = false;
  cursorTo(stderr, 0);
  clearLine(stderr, 0);
}

/** Returns whether stderr can show a progress. */
export const hasProgress = () => !isQuiet && stderr.isTTY && process.env.TERM !== "dumb";

/** Shows the line that `line` returns. Returns the function that ends it. */
export function showProgress(line) {
  const timer = setInterval(() => {
    clear();
    isDrawn = true;
    // A line that wraps can't be written over.
    stderr.write(line().slice(0, (stderr.columns || 80) - 1));
  }, DRAW_MS);
  return () => {
    clearInterval(timer);
    clear();
  };
}

/** Returns the line of a job at the time `now`. */
export function progressLine(state, now, started) {
  const { done, skipped, failed = 0, total, ratePerSecond, pausedUntil } = state;
  const all = done + skipped;
  const parts = [];
  if (total === undefined) parts.push(`${all} done`);
  else {
    const share = total > 0 ? Math.min(1, all / total) : 1;
    const filled = Math.round(share * BAR);
    parts.push(`[${"=".repeat(filled)}${" ".repeat(BAR - filled)}]`);
    parts.push(`${all}/${total}`, `${Math.floor(share * 100)} %`);
  }
  if (failed > 0) parts.push(`${failed} failed`);
  const hasRate = now - started >= RATE_FROM_MS;
  if (pausedUntil > now) parts.push(`paused for ${duration(pausedUntil - now)}`);
  else if (hasRate) parts.push(`${Math.round(ratePerSecond)}/s`);
  const left = total === undefined || done === 0 ? 0 : total - all;
  if (left > 0 && hasRate) parts.push(`${duration(((now - started) / done) * left)} left`);
  return parts.join("  ");
}

function duration(ms) {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
