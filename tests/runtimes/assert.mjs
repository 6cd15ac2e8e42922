// Assertions that work in every runtime: node:assert does not exist in a page.

class AssertionError extends Error {
  name = "AssertionError";
}

export function fail(message) {
  throw new AssertionError(message);
}

export function ok(value, message = "should be truthy") {
  if (!value) fail(message);
}

export function equal(actual, expected, message) {
  if (!Object.is(actual, expected)) fail(difference(actual, expected, message));
}

export function deepEqual(actual, expected, message) {
  if (!same(actual, expected)) fail(difference(actual, expected, message));
}

export function match(text, pattern, message = "should match") {
  if (typeof text !== "string" || !pattern.test(text)) fail(`${message}: ${show(text)} ${pattern}`);
}

/** Waits for a rejection whose error has these fields (a value or a RegExp), and returns it. */
export async function rejects(promise, expected = {}) {
  const error = await promise.then(
    (value) => fail(`should have rejected, resolved with ${show(value)}`),
    (thrown) => thrown,
  );
  if (error instanceof AssertionError) throw error;
  for (const [name, value] of Object.entries(expected)) {
    if (value instanceof RegExp) match(error?.[name], value, name);
    else equal(error?.[name], value, name);
  }
  return error;
}

/** Primitives, arrays and plain objects: the values of JSON, and undefined. */
function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]))
  );
}

function difference(actual, expected, message) {
  return `${message ? `${message}\n` : ""}is:        ${show(actual)}\nshould be: ${show(expected)}`;
}

function show(value) {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value !== "object" && typeof value !== "string") return String(value);
  const text = JSON.stringify(value);
  return text.length > 2000 ? `${text.slice(0, 2000)}…` : text;
}
