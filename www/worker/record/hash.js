// The lines of the record, and their keyed hashes: HMAC with SHA-256.

const ALGORITHM = { name: "HMAC", hash: "SHA-256" };
/** The end of a line, after its body. */
const TAIL = /,"hash":"([0-9a-f]{64})"\}$/;

const encoder = new TextEncoder();

const hex = (bytes) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Makes a key, in hex. */
export const newKey = () => hex(crypto.getRandomValues(new Uint8Array(32)));

export function importKey(text) {
  const bytes = Uint8Array.from(text.match(/../g), (pair) => Number.parseInt(pair, 16));
  return crypto.subtle.importKey("raw", bytes, ALGORITHM, false, ["sign"]);
}

/** An entry without its hash. */
export const bodyOf = (seq, entry) => JSON.stringify({ seq, ...entry });

export const lineOf = (body, hash) => `${body.slice(0, -1)},"hash":"${hash}"}`;

/** @returns {{ body: string, hash: string } | undefined} `undefined` if it is not a line of the record */
export function partsOf(line) {
  const tail = TAIL.exec(line);
  return tail ? { body: `${line.slice(0, tail.index)}}`, hash: tail[1] } : undefined;
}

/** Hashes an entry and the hash of the entry before it. */
export async function hashOf(key, before, body) {
  return hex(await crypto.subtle.sign(ALGORITHM.name, key, encoder.encode(`${before}\n${body}`)));
}
