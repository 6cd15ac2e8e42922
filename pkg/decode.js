// Decodes the wasm that an entry carries as a string: `tools/build/inline-text.mjs` writes it.

/** The number of characters that stand for a byte by themselves; the two after them begin a pair. */
const SINGLES = 87;

/** Returns the bytes. */
export function decode(order, text) {
  const ranks = new Uint8Array(128);
  let rank = 0;
  for (let code = 32; code < 127; code += 1) {
    if (!"\"'`\\$<".includes(String.fromCharCode(code))) {
      ranks[code] = rank;
      rank += 1;
    }
  }
  const byRank = Uint8Array.from(order.match(/../g), (digits) => Number.parseInt(digits, 16));
  const found = new Uint8Array(text.length);
  let size = 0;
  for (let index = 0; index < text.length; index += 1) {
    let rank = ranks[text.charCodeAt(index)];
    if (rank >= SINGLES) {
      index += 1;
      rank = (rank - SINGLES + 1) * SINGLES + ranks[text.charCodeAt(index)];
    }
    found[size] = byRank[rank];
    size += 1;
  }
  return found.subarray(0, size);
}
