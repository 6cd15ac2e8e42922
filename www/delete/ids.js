// Reads ids that an operator pastes or drops: one a line, or CSV with a column `id`.

const ID = /^[A-Za-z0-9_-]+$/;
const MOST_PROBLEMS = 20;

/**
 * @param {string} input
 * @returns {{ ids: string[], problems: { line: number, reason: string }[], more: number }} each id once; the first
 * problems, and the number of the others
 */
export function readIds(input) {
  const lines = input.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  const names = lines[0].split(",").map(unquoted);
  const column = names.indexOf("id");
  const first = column === -1 ? 0 : 1;
  const [ids, problems] = [new Map(), []];
  lines.slice(first).forEach((text, index) => {
    const line = index + first + 1;
    if (text.trim() === "") return;
    const id = unquoted(column === -1 ? text : (text.split(",")[column] ?? ""));
    const reason = problemOf(id, ids.get(id));
    if (reason) problems.push({ line, reason });
    else ids.set(id, line);
  });
  const more = Math.max(problems.length - MOST_PROBLEMS, 0);
  return { ids: [...ids.keys()], problems: problems.slice(0, MOST_PROBLEMS), more };
}

const unquoted = (cell) =>
  cell
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .trim();

function problemOf(id, before) {
  if (id === "") return "there is no id";
  if (before !== undefined) return `the same id as line ${before}`;
  if (ID.test(id)) return undefined;
  return /\s/.test(id) ? "an id has no spaces" : `“${id.slice(0, 40)}” is not an id`;
}
