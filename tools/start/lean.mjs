// Removes lines of comments, and indentation, which only readers of the source need. A file of the page works
// the same without this.

const COMMENT = /^\s*(?:\/\/|\/?\*(?:$|[\s*/]))/;

/** @param {string} name of the file @param {string} source */
export function lean(name, source) {
  if (!/\.(?:js|css|html)$/.test(name)) return source;
  const lines = source.split("\n").filter((line) => line !== "" && !isComment(name, line));
  const trimmed = lines.map((line) => line.trim());
  return `${name.endsWith(".css") ? leanCss(trimmed) : trimmed.join("\n")}\n`;
}

/** Without the room before a value, and after a line that ends like these. A custom property keeps its room. */
const leanCss = (lines) =>
  lines
    .map((line) => line.replace(/^(-?[a-z][a-z-]*): /, "$1:"))
    .join("\n")
    .replaceAll(/([{};,])\n/g, "$1");

const isComment = (name, line) => !name.endsWith(".html") && COMMENT.test(line);
