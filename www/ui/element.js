// The base of the page's elements, and the pieces that several of them have.

import { html, LitElement, noChange, nothing } from "lit";
import { Directive, directive } from "lit/directive.js";

export { html, nothing };

/** An element without a shadow: labels, ids and one style sheet work across the page. */
export class PageElement extends LitElement {
  createRenderRoot() {
    return this;
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
