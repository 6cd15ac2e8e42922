// Encodes the wasm as a string, for the entry that needs neither a file system nor a bundler's help.
//
// Base64 hides the boundaries of bytes from brotli and gzip. Here the frequent bytes are one character each, and
// the others two, so that the string compresses nearly as well as the wasm. All of it is ASCII, so that the
// charset of a page or a bundler has no effect; `pkg/decode.js` reads it.

/** Printable, and never escaped in a string, a template or a page's inline script. */
const CHARACTERS = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).filter(
  (character) => !"\"'`\\$<".includes(character),
);
/** The last ones begin a pair. */
const PAIRS = 2;
const SINGLES = CHARACTERS.length - PAIRS;

/** Returns `{ order, text }`: the bytes by frequency, in hexadecimal, and the string. */
export function toText(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte] += 1;
  const order = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b);
  const written = new Array(256);
  for (const [rank, byte] of order.entries()) written[byte] = write(rank);
  return {
    order: Buffer.from(order).toString("hex"),
    text: Array.from(bytes, (byte) => written[byte]).join(""),
  };
}

function write(rank) {
  if (rank < SINGLES) return CHARACTERS[rank];
  const pair = Math.floor(rank / SINGLES) - 1;
  return CHARACTERS[SINGLES + pair] + CHARACTERS[rank % SINGLES];
}
