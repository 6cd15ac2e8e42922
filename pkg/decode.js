// The wasm that is carried as text.

import text from "./wasm/inline.js";

/** Its bytes. */
export function bytes() {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
