// Times as people say them, with the exact one at hand.

import { el, visible } from "./dom.js";
import { format } from "./numbers.js";

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const REFRESH_MS = 20_000;

const relativeFormat = format(Intl.RelativeTimeFormat, "en", { numeric: "auto" });
const exactFormat = format(Intl.DateTimeFormat, "en", { dateStyle: "full", timeStyle: "long" });
const clockFormat = format(Intl.DateTimeFormat, "en-GB", { timeStyle: "medium" });

export function relative(date, now = Date.now()) {
  const seconds = (date.getTime() - now) / 1_000;
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  if (!unit) return "just now";
  const [name, size] = unit;
  return relativeFormat.format(Math.trunc(seconds / size), name);
}

/** Formats a time to the second, for operators who can't point at the relative one. */
export const exact = (time) => exactFormat.format(new Date(time));

/** A `<time>` that stays true as time goes by. What is no time is shown as it is. */
export function timeElement(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return el("span", { className: "odd" }, visible(text));
  return el(
    "time",
    { dateTime: text, title: exactFormat.format(date), className: "ago" },
    relative(date),
  );
}

/** The time of day, to the second. */
export const clock = (date) => clockFormat.format(date);

/** A span of milliseconds, briefly. */
export function span(ms) {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

setInterval(() => {
  for (const time of document.querySelectorAll("time.ago")) {
    time.textContent = relative(new Date(time.dateTime));
  }
}, REFRESH_MS);
