// The base of the page's elements.

import { html, LitElement, noChange, nothing } from "lit";
import { Directive, directive } from "lit/directive.js";

export { html, nothing };

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
