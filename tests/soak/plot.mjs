// The memory of the soak over time: a panel for each figure of each runtime.

import { COLOURS, svg } from "../../tools/docs/svg.mjs";

const [WIDTH, HEIGHT, GAP, TITLE] = [370, 60, 16, 18];
const MIB = 1_048_576;
const FIGURES = {
  heap: { title: "JavaScript heap, collected", colour: COLOURS.first },
  wasm: { title: "the wasm's memory", colour: COLOURS.second },
  rss: { title: "resident memory of the process", colour: COLOURS.third },
};

/** The SVG of runtimes: `{ name, samples }[]`. */
export function draw(runtimes) {
  const columns = runtimes.map(({ name, samples }) =>
    Object.entries(FIGURES)
      .filter(([figure]) => samples[0][figure] !== undefined)
      .map(([figure, { title, colour }]) =>
        panel(`${name}: ${title}`, colour, samples, (sample) => sample[figure] / MIB),
      ),
  );
  const shapes = columns.flatMap((panels, column) =>
    panels.map((content, row) => {
      const [x, y] = [GAP + column * (WIDTH + GAP), GAP + row * (HEIGHT + TITLE + GAP)];
      return `<g transform="translate(${x} ${y})">${content}</g>`;
    }),
  );
  const rows = Math.max(...columns.map((panels) => panels.length));
  return svg({
    width: GAP + columns.length * (WIDTH + GAP),
    height: GAP + rows * (HEIGHT + TITLE + GAP),
    label: "Memory over time in npm run soak, in Node, in workerd, and in workerd by bare fetch",
    shapes,
  });
}

/** Draws from zero to the highest value, so that a flat line means no growth. */
function panel(title, colour, samples, value) {
  const end = samples.at(-1).seconds;
  const most = Math.max(...samples.map(value));
  const points = samples.map((sample) => {
    const x = ((WIDTH * sample.seconds) / end).toFixed(1);
    return `${x} ${(TITLE + HEIGHT * (1 - value(sample) / most)).toFixed(1)}`;
  });
  const base = TITLE + HEIGHT;
  const figures = `at most ${most.toFixed(1)} MiB, ${(end / 60).toFixed(0)} min`;
  return (
    `<text y="10">${title}</text><text x="${WIDTH}" y="10" text-anchor="end">${figures}</text>` +
    `<path d="M0 ${base}H${WIDTH}" stroke="${COLOURS.third}" fill="none"/>` +
    `<path d="M${points.join("L")}" stroke="${colour}" stroke-width="1.5" fill="none"/>`
  );
}
