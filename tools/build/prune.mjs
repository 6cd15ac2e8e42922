// Takes the wording of panics out of a wasm that was linked with --emit-relocs, and everything
// that only panics need: functions become a trap, and data becomes zeros.
//
// In wasm, std formats a panic's message, writes it to a stderr that does not exist, and traps. Only
// the trap is seen from outside, so a panic may as well trap at once. The linker would drop the code
// that is not needed then, but it runs too early for that. Afterwards only its relocations show
// which function, and which text, is used by which.

import { ByteReader, section, sections } from "./wasm-binary.mjs";

/** Where panics end, as their symbols are mangled. */
const PANICS = new RegExp(
  [
    "(4core|3std)9panicking",
    "4core(6option|6result)13(unwrap|expect)_failed",
    "4core5slice5index16slice_index_fail",
    "4core3str16slice_error_fail",
    "4core4cell\\d+panic_",
    "5alloc7raw_vec(12handle_error|17capacity_overflow)",
    "5alloc5alloc18handle_alloc_error",
    "3std6thread5local18panic_access_error",
    "13assert_failed",
  ].join("|"),
);

/** The callers of the functions that format values, and those, as their symbols are mangled. */
const FORMATS = /4core3fmt5write|5alloc3fmt6format/;
const FORMAT_OF_A_TYPE = /3fmt(17h[0-9a-f]{16}E|Cs\w+|B\w*_)?$/;

/** Kinds of symbols. */
const FUNCTION = 0;
const DATA = 1;
/** Sections by number. */
const [CUSTOM, IMPORT, EXPORT, START, CODE, DATA_SECTION] = [0, 2, 7, 8, 10, 11];
/** The relocations that refer to a type, not to a symbol. */
const TYPE_INDEX = 6;
/** Those that carry an addend. */
const WITH_ADDEND = new Set([3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23]);
/** The body of a function that traps: no locals, `unreachable`, `end`. */
const TRAP = Uint8Array.of(0, 0, 0x0b);

/** The name of a source file in the data, which only the wording of a panic has. */
const PATH = /[\w-]+\.rs(?![\w.])/g;

/**
 * The wasm without the parts that only panics need, how many functions have become a trap, and how many names
 * of source files are gone. One that is left means that the layout has changed: an error.
 */
export function prunePanics(wasm) {
  const all = sections(wasm);
  const custom = (name) => all.find((found) => found.id === CUSTOM && found.name === name);
  const one = (id) => all.find((found) => found.id === id);
  const symbols = readSymbols(custom("linking"));
  const functions = readFunctions(one(CODE), countImportedFunctions(one(IMPORT)));
  const segments = readSegments(one(DATA_SECTION));

  const data = symbols.filter(({ kind, segment }) => kind === DATA && segment !== undefined);
  for (const symbol of data) symbol.start = segments[symbol.segment].start + symbol.offset;
  const panics = new Set(
    symbols
      .filter(({ kind, name }) => kind === FUNCTION && PANICS.test(name ?? ""))
      .map(({ index }) => index),
  );

  // The references between symbols. A panic has none any more.
  const uses = new Map();
  const collect = (relocations, ownerOf) => {
    for (const { offset, symbol } of relocations) {
      for (const owner of ownerOf(offset)) {
        if (!uses.has(owner)) uses.set(owner, []);
        uses.get(owner).push(symbols[symbol]);
      }
    }
  };
  const functionAt = finder([...functions.values()]);
  collect(readRelocations(custom("reloc.CODE")), (offset) =>
    functionAt(offset).filter(({ index }) => !panics.has(index)),
  );
  const dataAt = finder(
    data.map((symbol) => ({ ...symbol, end: symbol.start + symbol.size, symbol })),
  );
  collect(readRelocations(custom("reloc.DATA")), (offset) =>
    dataAt(offset).map(({ symbol }) => symbol),
  );

  // Only the wording of a panic reads where it was.
  const isLocation = (symbol) =>
    isPath(one(DATA_SECTION).content, symbol) ||
    (symbol.size === 16 && uses.get(symbol)?.length === 1 && isLocation(uses.get(symbol)[0]));
  const locations = new Set(data.filter(isLocation));

  let alive = new Set();
  const visit = (node) => {
    if (node === undefined || alive.has(node) || locations.has(node)) return;
    alive.add(node);
    for (const used of uses.get(node) ?? []) {
      if (used.kind === FUNCTION) visit(functions.get(used.index));
      else if (used.kind === DATA) visit(used);
    }
  };
  const roots = rootFunctions(one(EXPORT), one(START)).map((index) => functions.get(index));
  roots.forEach(visit);
  // Where nothing else formats either, a function that formats a value is only handed to panics.
  const indexes = (pattern) =>
    symbols
      .filter(({ kind, name }) => kind === FUNCTION && pattern.test(name ?? ""))
      .map(({ index }) => index);
  if (!indexes(FORMATS).some((index) => alive.has(functions.get(index)))) {
    for (const index of indexes(FORMAT_OF_A_TYPE)) panics.add(index);
    for (const index of panics) uses.delete(functions.get(index));
    alive = new Set();
    roots.forEach(visit);
  }

  if (panics.size === 0) throw new Error("no function of the wasm looks like a panic: see PANICS");
  const dead = [...functions.values()].filter((body) => !alive.has(body) || panics.has(body.index));
  const bytes = new Map([
    [CODE, withTraps(one(CODE), functions, new Set(dead))],
    [DATA_SECTION, withZeros(one(DATA_SECTION), data, alive)],
  ]);
  const kept = all.filter(({ id, name }) => id !== CUSTOM || !/^(linking|reloc\..*)$/.test(name));
  const parts = kept.map((found) => section(found.id, bytes.get(found.id) ?? found.bytes));
  const left = paths(bytes.get(DATA_SECTION));
  if (left.length > 0) throw new Error(`the wasm still names source files: ${left.join(", ")}`);
  return {
    wasm: Buffer.concat([wasm.subarray(0, 8), ...parts]),
    traps: dead.length,
    paths: paths(one(DATA_SECTION).content).length,
  };
}

const paths = (bytes) => bytes.toString("latin1").match(PATH) ?? [];

/** Whether the text is the name of a source file. */
function isPath(content, { start, size }) {
  return /^[\w./-]+\.rs\0?$/.test(content.toString("latin1", start, start + size));
}

function readSymbols({ content }) {
  const reader = new ByteReader(content);
  reader.leb(); // the version
  while (!reader.atEnd) {
    const kind = reader.byte();
    const end = reader.leb() + reader.position;
    if (kind === 8) return Array.from({ length: reader.leb() }, () => readSymbol(reader));
    reader.position = end;
  }
  throw new Error("the wasm has no symbol table: was it linked with --emit-relocs?");
}

function readSymbol(reader) {
  const kind = reader.byte();
  const flags = reader.leb();
  const isUndefined = (flags & 0x10) !== 0;
  if (kind === DATA) {
    const name = reader.text();
    if (isUndefined) return { kind, name };
    return { kind, name, segment: reader.leb(), offset: reader.leb(), size: reader.leb() };
  }
  const index = reader.leb();
  // A section has no name, and an import only where it differs.
  const named = kind !== 3 && (!isUndefined || (flags & 0x40) !== 0);
  return { kind, index, name: named ? reader.text() : undefined };
}

function readRelocations({ content }) {
  const reader = new ByteReader(content);
  reader.leb(); // the section
  const relocations = Array.from({ length: reader.leb() }, () => {
    const type = reader.byte();
    const offset = reader.leb();
    const symbol = reader.leb();
    if (WITH_ADDEND.has(type)) reader.leb();
    return { type, offset, symbol };
  });
  return relocations.filter(({ type }) => type !== TYPE_INDEX);
}

function countImportedFunctions({ content }) {
  const reader = new ByteReader(content);
  let functions = 0;
  for (let left = reader.leb(); left > 0; left -= 1) {
    reader.text();
    reader.text();
    const kind = reader.byte();
    if (kind !== 0) throw new Error("the wasm imports something that is no function");
    reader.leb();
    functions += 1;
  }
  return functions;
}

/** The bodies by index, with where they are in the section. */
function readFunctions({ content }, imported) {
  const reader = new ByteReader(content);
  const functions = new Map();
  const count = reader.leb();
  for (let index = imported; index < imported + count; index += 1) {
    const size = reader.leb();
    const start = reader.position;
    reader.position += size;
    functions.set(index, { index, start, end: reader.position });
  }
  return functions;
}

function readSegments({ content }) {
  const reader = new ByteReader(content);
  return Array.from({ length: reader.leb() }, () => {
    if (reader.leb() !== 0) throw new Error("the wasm has a segment that is not active");
    // i32.const OFFSET end
    reader.byte();
    reader.leb();
    reader.byte();
    const size = reader.leb();
    const start = reader.position;
    reader.position += size;
    return { start, end: reader.position };
  });
}

function rootFunctions(exported, start) {
  const reader = new ByteReader(exported.content);
  const roots = start ? [new ByteReader(start.content).leb()] : [];
  for (let left = reader.leb(); left > 0; left -= 1) {
    reader.text();
    const kind = reader.byte();
    const index = reader.leb();
    if (kind === 0) roots.push(index);
  }
  return roots;
}

/** Finds the ranges that hold an offset. Texts share their ends, so there may be several. */
function finder(ranges) {
  const sorted = ranges.toSorted((a, b) => a.start - b.start);
  return (offset) => sorted.filter(({ start, end }) => start <= offset && offset < end);
}

function withTraps({ content }, functions, dead) {
  const bodies = [...functions.values()].map((body) =>
    dead.has(body) ? TRAP : content.subarray(body.start, body.end),
  );
  return Buffer.concat([
    ByteReader.encode(bodies.length),
    ...bodies.flatMap((body) => [ByteReader.encode(body.length), body]),
  ]);
}

/** Zeros where a symbol is that nothing needs, and no other symbol that something does. */
function withZeros({ content }, data, alive) {
  const bytes = Buffer.from(content);
  for (const symbol of data) {
    if (!alive.has(symbol)) bytes.fill(0, symbol.start, symbol.start + symbol.size);
  }
  for (const { start, size } of data.filter((symbol) => alive.has(symbol))) {
    content.copy(bytes, start, start, start + size);
  }
  return bytes;
}
