// Splits a stream into lines in memory that does not grow with it, however long a line is.

import { UsageError } from "./exit.js";

/**
 * Returns the encoding of a text by its first bytes: UTF-16 if it has that mark, else UTF-8. PowerShell
 * writes UTF-16. Without a mark it is refused: `name` says which file that is.
 */
export function encodingOf([first, second], name) {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  // Ids and keys are ASCII: each character of UTF-16 has a zero.
  if (second === undefined || (first === 0) === (second === 0)) return "utf-8";
  const order = second === 0 ? "little-endian" : "big-endian";
  throw new UsageError(`${name} is UTF-16 (${order}) without a byte order mark: save it as UTF-8`);
}

/**
 * The lines of chunks of bytes, without their ends: CR, LF or both, and then a blank line between them.
 * Each is cut off after `most` characters. `name` is the source, for an error.
 */
export async function* linesOf(chunks, most, name) {
  let head = Buffer.alloc(0);
  let decoder;
  let rest = "";
  for await (const chunk of chunks) {
    let bytes = chunk;
    if (!decoder) {
      bytes = head = Buffer.concat([head, chunk]);
      if (head.length < 2) continue;
      decoder = new TextDecoder(encodingOf(head, name));
    }
    const parts = decoder.decode(bytes, { stream: true }).split(/[\r\n]/);
    parts[0] = joined(rest, parts[0], most);
    rest = parts.pop().slice(0, most);
    for (const line of parts) yield line.slice(0, most);
  }
  const end = decoder ? decoder.decode() : head.toString("utf8");
  rest = joined(rest, end, most);
  if (rest) yield rest;
}

const joined = (rest, part, most) => (rest.length >= most ? rest : (rest + part).slice(0, most));
