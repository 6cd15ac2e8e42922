// The documentation in a declaration file: of each option, and the examples.

const INTERFACE = /^export interface (\w+)(.*?)^}/gms;
const HOLDS_OPTIONS = /Options$|^BatchSelection$/;
/** A property that the interface itself declares: two spaces deep. */
const KEY = /^ {2}(\w+)\??:/;
const COMMENT = /\/\*\*.*?\*\//gs;
const UNIT = /milliseconds|^the (?:most|number of) (?:batches|retries|requests)\b/im;

/** `{ owner, name, comment, type }` for each option. */
export function optionsOf(text) {
  const interfaces = [...text.matchAll(INTERFACE)].filter(([, owner]) => HOLDS_OPTIONS.test(owner));
  return interfaces.flatMap(([, owner, body]) => propertiesOf(owner, body));
}

function propertiesOf(owner, body) {
  const found = [];
  let comment = "";
  for (const line of body.slice(body.indexOf("{\n") + 2).split("\n")) {
    const isComment = /^ {2}(\/\*\*| \*)/.test(line);
    const key = KEY.exec(line);
    if (isComment) comment += `${line}\n`;
    else if (key) {
      found.push({ owner, name: key[1], comment: plain(comment), type: line.slice(key[0].length) });
      comment = "";
    } else if (found.length > 0) found.at(-1).type += line;
  }
  return found;
}

/** Returns the parts that the documentation of an option lacks. */
export function lacking({ comment, type }) {
  const [meaning] = comment.split(/^@/m);
  const wanted = {
    "a description": meaning.trim() !== "",
    "@default": /^@default \S/m.test(comment),
    "@example": examplesIn(comment).length > 0,
    "its unit": !/\bnumber\b/.test(type) || UNIT.test(meaning),
  };
  return Object.keys(wanted).filter((name) => !wanted[name]);
}

/** The code of every `@example` of a file. */
export const examplesOf = (text) =>
  (text.match(COMMENT) ?? []).flatMap((comment) => examplesIn(plain(comment)));

function examplesIn(comment) {
  const tags = comment.split(/^@/m).filter((tag) => /^example\s/.test(tag));
  return tags.map((tag) => tag.slice("example".length).trim()).filter(Boolean);
}

/** A comment without its asterisks. */
const plain = (comment) =>
  comment
    .replaceAll(/\*\/$/gm, "")
    .replaceAll(/^\s*(\/\*\*|\*) ?/gm, "")
    .trim();
