// Splits a stream into lines in memory that does not grow with it, however long a line is.

import { StringDecoder } from "node:string_decoder";

/** The lines of chunks of bytes, without their ends. Each is cut off after `most` characters. */
export async function* linesOf(chunks, most) {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const chunk of chunks) {
    const parts = decoder.write(chunk).split("\n");
    parts[0] = joined(rest, parts[0], most);
    rest = parts.pop().slice(0, most);
    for (const line of parts) yield line.slice(0, most);
  }
  rest = joined(rest, decoder.end(), most);
  if (rest) yield rest;
}

const joined = (rest, part, most) => (rest.length >= most ? rest : (rest + part).slice(0, most));
