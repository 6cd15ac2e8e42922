// The base of the page's elements.

import { html, LitElement, noChange, nothing } from "lit";
import { Directive, directive } from "lit/directive.js";

export { html, nothing };

/** Declares properties that render their element again, and have no attribute. */
export const properties = (...names) =>
  Object.fromEntries(names.map((name) => [name, { attribute: false }]));

/** An element without a shadow: labels, ids and one style sheet work across the page. */
export class PageElement extends LitElement {
  /** The signals that render it again. */
  static signals = [];
  #ends = [];

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    this.#adopt();
    super.connectedCallback();
    const { signals } = this.constructor;
    this.#ends = signals.map((signal) => signal.listen(() => this.requestUpdate()));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const end of this.#ends) end();
  }

  /** A class field hides the accessor of a property, which renders: its value moves there. */
  #adopt() {
    for (const name of this.constructor.elementProperties.keys()) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
  }

  /** Renders, then moves the focus to the first match. */
  async focusOn(selector) {
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector(selector)?.focus();
  }
}

const waiting = [];

/** Names an element. `defineAll` defines it. */
export const define = (name, Class) => waiting.push([name, Class]);

/** Defines the elements, a task each: all of them at once keep a cold page from responding for 70 ms. */
export async function defineAll(nextTask) {
  for (const [name, Class] of waiting.splice(0)) {
    await nextTask();
    customElements.define(name, Class);
  }
}

/** Sets properties of an element's style. The policy of the page refuses the attribute, which `styleMap` would set. */
export const styles = directive(
  class extends Directive {
    render() {
      return noChange;
    }

    update({ element }, [values]) {
      Object.assign(element.style, values);
      return noChange;
    }
  },
);
