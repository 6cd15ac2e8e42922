// Leaves out what only those read who open the source: lines of comments, and indentation. A file of the
// page works without this as it does with it.

const COMMENT = /^\s*(?:\/\/|\/?\*(?:$|[\s*/]))/;

/** @param {string} name of the file @param {string} text */
export function lean(name, text) {
  if (!/\.(?:js|css|html)$/.test(name)) return text;
  const lines = text.split("\n").filter((line) => line !== "" && !isComment(name, line));
  return `${lines.map((line) => line.trimStart()).join("\n")}\n`;
}

const isComment = (name, line) => !name.endsWith(".html") && COMMENT.test(line);
