// Helpers of the cases: they make batches and check errors.

export const KEY = "sk-test-SECRET";

/** Makes one batch in a state and returns its id. */
export async function batch(t, status = "ended") {
  const { batches } = await t.world.create({ status });
  return batches[0].id;
}

/** The ids of new batches that have ended. */
export async function ended(t, count, more = {}) {
  const { batches } = await t.world.create({ count, ...more });
  return batches.map(({ id }) => id);
}

/** Asserts that exactly these are gone at the server. */
export async function assertDeleted(t, ids) {
  const { deleted } = await t.world.batches();
  t.assert.deepEqual([...deleted].sort(), [...ids].sort());
}

/** The requests that the emulator received, as "METHOD path-below-the-world". */
export async function received(t) {
  const prefix = new URL(t.world.url).pathname;
  const { requests } = await t.world.requests();
  return requests.map(({ method, target }) => `${method} ${target.slice(prefix.length)}`);
}

/** Waits until the emulator has received `count` requests: on a busy machine they arrive late. */
export async function untilReceived(t, count) {
  while ((await received(t)).length < count) await sleep(10);
}

/** Asserts that the batch is gone at the server. */
export async function assertGone(t, id) {
  const { deleted, batches } = await t.world.batches();
  t.assert.ok(deleted.includes(id), `the emulator deleted ${id}`);
  t.assert.ok(!batches.some((batch) => batch.id === id), `${id} is not listed any more`);
}

/** Asserts that the batch still exists. */
export async function assertKept(t, id) {
  const { batches } = await t.world.batches();
  t.assert.ok(
    batches.some((batch) => batch.id === id),
    `${id} is still there`,
  );
}

/**
 * Waits for a rejection with a `BatchError` that has these fields, checks that no part of it
 * shows the key, and returns it. A field may be a RegExp.
 */
export async function refusal(t, promise, expected) {
  const error = await thrown(t, promise);
  t.assert.ok(t.api.isBatchError(error), `a BatchError, not ${describe(error)}`);
  t.assert.ok(error instanceof t.api.BatchError, "instanceof BatchError");
  t.assert.ok(error instanceof Error, "instanceof Error");
  for (const [name, value] of Object.entries(expected)) {
    if (value instanceof RegExp) t.assert.match(String(error[name]), value);
    else t.assert.equal(error[name], value, `error.${name} of: ${error.message}`);
  }
  assertNoSecret(t, error);
  return error;
}

/** Returns the facts of an error about another call and about the server. */
export const facts = (error) => [error.code, error.retryable, error.maybeApplied];

/** Waits for a rejection and returns the thrown value. */
export async function thrown(t, promise) {
  t.assert.ok(promise instanceof Promise, "the call returned a promise");
  let value;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  t.assert.fail(`should have rejected, resolved with ${JSON.stringify(value)}`);
}

function describe(value) {
  return value instanceof Error ? `${value.name}: ${value.message}\n${value.stack}` : String(value);
}

/** Asserts that a secret is nowhere in an error: no property, own or inherited, at any depth. */
export function assertNoSecret(t, error, secret = KEY) {
  const texts = [String(error), JSON.stringify(error) ?? ""];
  const seen = new Set();
  const visit = (value) => {
    if (typeof value === "string") texts.push(value);
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    for (const name of Reflect.ownKeys(value)) {
      texts.push(String(name));
      visit(value[name]);
    }
    // A Headers object shows its content only so. An array's own properties are enough.
    if (!Array.isArray(value) && typeof value.entries === "function") visit([...value.entries()]);
    for (const name of ["message", "stack", "cause", "headers", "body"]) visit(value[name]);
  };
  visit(error);
  for (const text of texts) {
    t.assert.ok(!text.includes(secret), `the key shows in: ${text.replaceAll(secret, "<KEY>")}`);
  }
}

/** The runtimes in which a DELETE has an empty body in chunks, so that `fetch` does not send it twice. */
export const GUARDED = /^(deno|bun|workerd)/;

/**
 * Marks cases that show a check or a decision of the package, which is the same code in every runtime: Node and
 * Chromium run them. `isPure: false` in one of them excepts it.
 */
export const pure = (cases) => cases.map((one) => ({ isPure: true, ...one }));

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Returns whether `fetch` takes the member `cache`. workerd refuses it before its compatibility date 2024-11-11. */
export const takesCache = () => {
  try {
    return Boolean(new Request("http://localhost", { cache: "no-store" }));
  } catch {
    return false;
  }
};
