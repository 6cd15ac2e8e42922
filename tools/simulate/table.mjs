// The table of the simulation's figures, in Markdown.

/** The scenarios of lines `RUN|scenario|seed|figure|value|least or most|goal`, in the order of the tests. */
export function read(lines) {
  const scenarios = new Map();
  for (const line of lines) {
    const [, scenario, , figure, value, bound, goal] = line.split("|");
    const figures = scenarios.get(scenario) ?? new Map();
    scenarios.set(scenario, figures);
    const { values } = figures.get(figure) ?? { values: [] };
    values.push(Number(value));
    figures.set(figure, { figure, values, bound, goal: goal === "" ? undefined : Number(goal) });
  }
  return [...scenarios].map(([scenario, figures]) => ({
    scenario,
    figures: new Map([...figures].sort()),
  }));
}

const RATIO = "of the pool's deletes a second";
const BEYOND = "deviations beyond the pool's refusals";
const OURS = "refused, %";
const POOL = "refused of the pool's, %";
const COMMON = [RATIO, BEYOND, OURS, POOL];

/** Two tables: beside the pool, and the figures of some scenarios alone. */
export function table(scenarios, seeds) {
  const sorted = scenarios.toSorted((a, b) => a.scenario.localeCompare(b.scenario, "en"));
  const beside = sorted.filter(({ figures }) => figures.has(RATIO));
  const own = sorted.flatMap(({ scenario, figures }) =>
    [...figures.values()]
      .filter(({ figure }) => !COMMON.includes(figure))
      .map((figure) => ({ scenario, ...figure })),
  );
  const runs = beside.reduce((sum, { figures }) => sum + figures.get(RATIO).values.length, 0);
  const missed = (name) => beside.reduce((sum, { figures }) => sum + misses(figures.get(name)), 0);
  return `# The simulation's figures

Written by \`npm run simulate -- ${seeds}\`: ${seeds} seeds of each scenario, in virtual time.
[The limiter of a job](rate-limit.md) describes the simulation. Bold: at least one seed misses the goal.

## Beside a pool

The pool has the same concurrency, with the official SDK's retries. Goals: at least 0.8 of its deletes a
second, and a share of requests refused with 429 that is larger only by chance (up to 4.5 standard
deviations). ${missed(RATIO)} of ${runs} runs were slower, and ${missed(BEYOND)} wasted more.

| scenario | of the pool's deletes a second: mean, least | refused: mean, most | the pool's |
|---|---|---|---|
${beside.map(({ scenario, figures }) => besideRow(scenario, figures)).join("\n")}

## Other goals

| scenario | figure | goal | mean | least | most | runs that miss it |
|---|---|---|---|---|---|---|
${own.map(ownRow).join("\n")}
`;
}

function besideRow(scenario, figures) {
  const ratio = figures.get(RATIO);
  const refused = figures.get(OURS);
  const speed = `${mean(ratio).toFixed(2)}, ${Math.min(...ratio.values).toFixed(2)}`;
  const waste = `${mean(refused).toFixed(1)} %, ${Math.max(...refused.values).toFixed(1)} %`;
  const cells = [
    scenario,
    misses(ratio) > 0 ? `**${speed}**` : speed,
    misses(figures.get(BEYOND)) > 0 ? `**${waste}**` : waste,
    `${mean(figures.get(POOL)).toFixed(1)} %`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function ownRow({ scenario, ...figure }) {
  const count = misses(figure);
  const goal = figure.goal === undefined ? "" : `${sign(figure)} ${figure.goal}`;
  const numbers = [mean(figure), Math.min(...figure.values), Math.max(...figure.values)];
  const cells = [
    scenario,
    figure.figure,
    goal,
    ...numbers.map((number) => number.toFixed(1)),
    goal && (count > 0 ? `**${count} of ${figure.values.length}**` : "none"),
  ];
  return `| ${cells.join(" | ")} |`;
}

function sign({ bound }) {
  return bound === "least" ? "≥" : "≤";
}

function misses({ values, bound, goal }) {
  if (goal === undefined) return 0;
  return values.filter((value) => (bound === "least" ? value < goal : value > goal)).length;
}

function mean({ values }) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
