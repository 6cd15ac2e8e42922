// Small plots of requests over time, one for each scenario of the simulation.

import { COLOURS, svg } from "../docs/svg.mjs";

const COLUMNS = 3;
const [WIDTH, HEIGHT, GAP, TITLE] = [240, 56, 14, 16];
const KINDS = { ours: COLOURS.first, refused: COLOURS.second, pool: COLOURS.third };

/** The SVG of lines `PLOT|scenario|policy|milliseconds|[sent, …]|[refused, …]`. */
export function draw(lines) {
  const scenarios = new Map();
  for (const run of lines.map(read)) {
    scenarios.set(run.scenario, [...(scenarios.get(run.scenario) ?? []), run]);
  }
  const shapes = [...scenarios].map(([scenario, runs], index) => {
    const x = GAP + (index % COLUMNS) * (WIDTH + GAP);
    const y = GAP + Math.floor(index / COLUMNS) * (HEIGHT + TITLE + GAP);
    return `<g transform="translate(${x} ${y})">${panel(scenario, runs)}</g>`;
  });
  const width = GAP + COLUMNS * (WIDTH + GAP);
  const height = GAP + Math.ceil(scenarios.size / COLUMNS) * (HEIGHT + TITLE + GAP);
  const label = "Requests over time in each scenario of npm run simulate";
  return svg({ width, height, label, shapes });
}

function read(line) {
  const [, scenario, policy, ms, sent, refused] = line.split("|");
  return {
    scenario,
    policy,
    seconds: Number(ms) / 1_000,
    sent: JSON.parse(sent),
    refused: JSON.parse(refused),
  };
}

function panel(scenario, runs) {
  const seconds = Math.max(...runs.map((run) => run.seconds));
  const rate = (run, count) => (count * run.sent.length) / run.seconds;
  const most = Math.max(...runs.flatMap((run) => run.sent.map((count) => rate(run, count))));
  const path = (run, counts) => {
    const step = (WIDTH * run.seconds) / seconds / counts.length;
    const points = counts.map((count, column) => {
      const y = TITLE + HEIGHT * (1 - rate(run, count) / most);
      return `${Math.round(column * step)} ${Math.round(y)}`;
    });
    const end = Math.round(step * counts.length);
    return `M0 ${TITLE + HEIGHT}L${points.join("L")}L${end} ${TITLE + HEIGHT}z`;
  };
  const shapes = runs.flatMap((run) =>
    run.policy === "pool"
      ? [`<path d="${path(run, run.sent)}" fill="none" stroke="${KINDS.pool}"/>`]
      : [
          `<path d="${path(run, run.sent)}" fill="${KINDS.ours}"/>`,
          `<path d="${path(run, run.refused)}" fill="${KINDS.refused}"/>`,
        ],
  );
  const figures = `${seconds.toFixed(0)} s, ${most.toFixed(0)}/s`;
  return (
    `<text y="10">${scenario}</text>` +
    `<text x="${WIDTH}" y="10" text-anchor="end">${figures}</text>${shapes.join("")}`
  );
}
