// Waits for an event that a test can only poll.

/** Other machines may be many times slower than the author's. */
export const LIMIT_MS = 180_000;
const EVERY_MS = 20;

/**
 * Resolves with the first true value that the function returns.
 * @param {() => unknown} check may be async
 * @param {string | (() => unknown)} event its name for the error, or a function that returns the present state
 * @param {number} [limitMs]
 */
export async function until(check, event, limitMs = LIMIT_MS) {
  const end = performance.now() + limitMs;
  for (;;) {
    const seen = await check();
    if (seen) return seen;
    if (performance.now() > end) {
      const missing = typeof event === "function" ? await event() : event;
      throw new Error(`not within ${limitMs / 1_000} s: ${missing}`);
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
