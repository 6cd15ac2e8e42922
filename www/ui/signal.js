// A value that several elements show: each that listens is rendered again when it changes.

export class Signal {
  #listeners = new Set();

  constructor(value) {
    this.value = value;
  }

  set(value) {
    this.value = value;
    this.changed();
  }

  /** The value is the same object with other contents. */
  changed() {
    for (const listener of this.#listeners) listener(this.value);
  }

  /** Returns a function that ends it. */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
