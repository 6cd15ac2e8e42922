// What JavaScript reads and makes in one go for the wasm: each crossing takes as long as the work
// itself. Nothing is decided here; access.rs says what each function is for.

const isText = (value) => typeof value === "string";
const line = (value) => (isText(value) ? `=${value}` : "");

export function send(given, url, method, headers, redirect, signal) {
  const init = { method, headers, redirect, signal };
  // Looked up at each call, as tests that replace it expect.
  return given ? given(url, init) : fetch(url, init);
}

export function settle(value, fulfilled, rejected, index, serial) {
  Promise.resolve(value).then(
    (result) => fulfilled(index, serial, result),
    (thrown) => rejected(index, serial, thrown),
  );
}

export function head(reply, names) {
  const { status, headers } = reply;
  let lines = typeof status === "number" ? `${status}` : "";
  for (const name of names) lines += `\n${line(headers.get(name))}`;
  return lines;
}

export function facts(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { id, type, processing_status, data } = value;
  return `${Array.isArray(data) ? "=" : ""}\n${line(id)}\n${line(type)}\n${line(processing_status)}`;
}

export function hide(object, name, value) {
  Object.defineProperty(object, name, { value });
}

export function environment(name) {
  return globalThis.process?.env?.[name];
}

export function own(object, known, values) {
  let places = "";
  for (const name of Object.keys(object)) {
    const place = known.indexOf(name);
    places += String.fromCharCode(place + 1);
    if (place < 0) break;
    values.push(object[name]);
  }
  return places;
}

export function inherits(object) {
  const prototype = Object.getPrototypeOf(object);
  return prototype !== null && Object.getPrototypeOf(prototype) !== null;
}

export function kind(value) {
  switch (typeof value) {
    case "string":
      return 16 + value.length;
    case "undefined":
      return 0;
    case "boolean":
      return value ? 3 : 2;
    case "number":
      return 4;
    case "function":
      return 5;
    case "symbol":
      return 6;
    case "bigint":
      return 7;
  }
  if (value === null) return 1;
  if (Array.isArray(value)) return 9;
  return value instanceof Date ? 10 : 8;
}
