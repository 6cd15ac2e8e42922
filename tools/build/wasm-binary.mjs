// The outer form of a wasm file: numbers and sections.

/** Reads numbers and texts one after the other. */
export class ByteReader {
  constructor(bytes) {
    this.bytes = bytes;
    this.position = 0;
  }

  get atEnd() {
    return this.position >= this.bytes.length;
  }

  byte() {
    const byte = this.bytes[this.position];
    this.position += 1;
    return byte;
  }

  /** A number in LEB128; of a negative one only the length matters here. */
  leb() {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  text() {
    const size = this.leb();
    const text = this.bytes.toString("utf8", this.position, this.position + size);
    this.position += size;
    return text;
  }

  /** A number as LEB128. */
  static encode(value) {
    const bytes = [];
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
    return Uint8Array.from([...bytes, rest]);
  }
}

/** The sections in order: `{ id, name, bytes, content }`; of a custom one, content follows the name. */
export function sections(wasm) {
  const reader = new ByteReader(wasm);
  reader.position = 8;
  const found = [];
  while (!reader.atEnd) {
    const id = reader.byte();
    const size = reader.leb();
    const bytes = wasm.subarray(reader.position, reader.position + size);
    reader.position += size;
    const inner = new ByteReader(bytes);
    const name = id === 0 ? inner.text() : undefined;
    found.push({ id, name, bytes, content: bytes.subarray(inner.position) });
  }
  return found;
}

/** A section with its head. */
export function section(id, bytes) {
  return Buffer.concat([Uint8Array.of(id), ByteReader.encode(bytes.length), bytes]);
}
