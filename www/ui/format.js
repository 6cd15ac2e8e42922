// Numbers, times and strings as people read them.

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/**
 * Makes a format when it is first used: the first of a page takes tens of milliseconds, because the browser reads its
 * data. That is too long for the task that evaluates all modules.
 */
function format(Format, ...given) {
  let made;
  return (...values) => {
    made ??= new Format(...given);
    return made.format(...values);
  };
}

export const number = format(Intl.NumberFormat, "en");
const relativeFormat = format(Intl.RelativeTimeFormat, "en", { numeric: "auto" });
const exactFormat = format(Intl.DateTimeFormat, "en", { dateStyle: "full", timeStyle: "long" });
const clockFormat = format(Intl.DateTimeFormat, "en-GB", { timeStyle: "medium" });

export const amount = (count) => `${number(count)} ${count === 1 ? "batch" : "batches"}`;

export function relative(date, now = Date.now()) {
  const seconds = (date.getTime() - now) / 1_000;
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size);
  if (!unit) return "just now";
  const [name, size] = unit;
  return relativeFormat(Math.trunc(seconds / size), name);
}

/** Formats a time to the second, for operators who can't point at the relative one. */
export const exact = (time) => exactFormat(new Date(time));

/** The time of day, to the second. */
export const clock = (time) => clockFormat(new Date(time));

/** A span of milliseconds, briefly. */
export function span(ms) {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** Returns an error's message without the request and its id, which the page shows beside it. */
export const brief = (message) =>
  visible(message.replace(/^[A-Z]+ \/\S+: /, "").replace(/ \(request id: \S+\)$/, ""));

/** Characters that are not seen, or that turn the direction of the characters after them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A string of the server's as it can be shown: characters that are not seen are spelled out. */
export const visible = (string) =>
  `${string}`.replace(UNSEEN, (character) =>
    character === "\n" ? character : `\\u{${character.codePointAt(0).toString(16)}}`,
  );
