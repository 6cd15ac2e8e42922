// The frame of the pictures in docs/, which consist of SVG shapes and labels.

/** The colours of the curves and bars, by the meaning that each has in its picture. */
export const COLOURS = { first: "#0f766e", second: "#b45309", third: "#64748b" };

/**
 * @param {object} picture
 * @param {number} picture.width
 * @param {number} picture.height
 * @param {string} picture.label read out in place of the picture
 * @param {string[]} picture.shapes
 * @param {number} [picture.fontSize]
 */
export function svg({ width, height, label, shapes, fontSize = 11 }) {
  const style =
    `text{font:${fontSize}px system-ui,sans-serif;fill:#475569}.title{font-weight:600}` +
    "@media(prefers-color-scheme:dark){text{fill:#cbd5e1}}";
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" ` +
    `aria-label="${label}">` +
    `<style>${style}</style>${shapes.join("")}</svg>\n`
  );
}
