// Splits a stream into lines, in memory that grows neither with the stream nor with a line.

import { UsageError } from "./exit.js";

/**
 * Returns the encoding by the first bytes: UTF-16 with a byte order mark, as PowerShell writes it, else UTF-8. Refuses
 * UTF-16 without a mark; `name` is the file, for the error.
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
 * Yields the lines of chunks of bytes, without their ends: CR or LF. CR LF yields a blank line in between. Each
 * line is cut off after `most` characters. `name` is the source, for an error.
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
