// The progress of a job, as one line on stderr that is written over and over.
//
// A plain line, and no library: bundled, cli-progress comes to 24 KB where all of this command is
// 28 KB, and needs a build step; log-update does not run in Node 20.

import { clearLine, cursorTo } from "node:readline";

/** How often the line is drawn: a pause counts down without any outcome. */
const DRAW_MS = 200;
const BAR = 20;

/**
 * Begins the line, where the stream is a terminal; elsewhere only the texts of `print` are written.
 * `count` resolves with how many ids there are, or with undefined.
 */
export function openProgress(stream, { isShown, count }) {
  const state = { done: 0, skipped: 0, ratePerSecond: 0, pausedUntil: 0, total: undefined };
  const started = Date.now();
  const isActive = isShown && stream.isTTY && process.env.TERM !== "dumb";
  let isDrawn = false;

  function clear() {
    if (!isDrawn) return;
    isDrawn = false;
    cursorTo(stream, 0);
    clearLine(stream, 0);
  }
  function draw() {
    clear();
    isDrawn = true;
    // A line that wraps can't be written over.
    stream.write(progressLine(state, Date.now(), started).slice(0, (stream.columns || 80) - 1));
  }
  if (isActive) {
    // Without a total there is no bar, and that is all.
    count().then(
      (total) => {
        state.total = total;
      },
      () => {},
    );
  }
  const timer = isActive ? setInterval(draw, DRAW_MS) : undefined;
  return {
    update({ done, ratePerSecond, pausedUntil = 0 }, skipped) {
      Object.assign(state, { done, ratePerSecond, pausedUntil, skipped });
    },
    /** Writes a line above the progress. */
    print(line) {
      clear();
      stream.write(`${line}\n`);
    },
    end() {
      clearInterval(timer);
      clear();
    },
  };
}

/** The line, without its end. */
export function progressLine(state, now, started) {
  const { done, skipped, total, ratePerSecond, pausedUntil } = state;
  const all = done + skipped;
  const parts = [];
  if (total === undefined) parts.push(`${all} done`);
  else {
    const share = total > 0 ? Math.min(1, all / total) : 1;
    const filled = Math.round(share * BAR);
    parts.push(`[${"=".repeat(filled)}${" ".repeat(BAR - filled)}]`);
    parts.push(`${all}/${total}`, `${Math.floor(share * 100)} %`);
  }
  if (pausedUntil > now) parts.push(`paused for ${duration(pausedUntil - now)}`);
  else parts.push(`${Math.round(ratePerSecond)}/s`);
  const left = total === undefined || done === 0 ? 0 : total - all;
  if (left > 0) parts.push(`${duration(((now - started) / done) * left)} left`);
  return parts.join("  ");
}

function duration(ms) {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
