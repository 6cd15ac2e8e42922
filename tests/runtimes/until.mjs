// Waits for an event that a test can only ask for.

/** A machine may be many times slower than that of the author. */
export const LIMIT_MS = 180_000;
const EVERY_MS = 20;

/**
 * Resolves with the first true value of `look`.
 * @param {() => unknown} look asks for the event; may be async
 * @param {string | (() => unknown)} what names the event for the error, or returns what there is instead
 * @param {number} [limitMs]
 */
export async function until(look, what, limitMs = LIMIT_MS) {
  const end = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > end) {
      const missing = typeof what === "function" ? await what() : what;
      throw new Error(`not within ${limitMs / 1_000} s: ${missing}`);
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
