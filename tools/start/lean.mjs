// Leaves out what only those read who open the source: lines of comments, and indentation. A file of the
// page works without this as it does with it.

const COMMENT = /^\s*(?:\/\/|\/?\*(?:$|[\s*/]))/;

/** @param {string} name of the file @param {string} text */
export function lean(name, text) {
  if (!/\.(?:js|css|html)$/.test(name)) return text;
  const lines = text.split("\n").filter((line) => line !== "" && !isComment(name, line));
  const trimmed = lines.map((line) => line.trim()).join("\n");
  // Where a line of CSS ends like this, the next needs no room before it.
  return `${name.endsWith(".css") ? trimmed.replaceAll(/([{};,])\n/g, "$1") : trimmed}\n`;
}

const isComment = (name, line) => !name.endsWith(".html") && COMMENT.test(line);
