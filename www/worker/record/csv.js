// The record as CSV, by RFC 4180.

const COLUMNS = [
  ...["seq", "time", "event", "actor", "id", "outcome", "requestId", "code", "message"],
  ...["job", "days", "by", "dry", "created", "ended", "detail", "hash"],
];

/** A spreadsheet takes a cell that begins with one of these for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

export const CSV_HEADER = `${COLUMNS.join(",")}\r\n`;

export function csvOf({ rule, detail, ...entry }) {
  const flat = { ...entry, ...rule, detail: detail && JSON.stringify(detail) };
  return `${COLUMNS.map((name) => cell(flat[name] ?? "")).join(",")}\r\n`;
}

function cell(value) {
  const text = typeof value === "string" && FORMULA.test(value) ? `'${value}` : `${value}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
