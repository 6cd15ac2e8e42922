// `npm run soak`: runs calls of every kind in Node and in workerd at the same time, for half an hour, against the
// emulator with random faults. It measures the memory over time, and checks that each outcome is true. A second
// workerd makes the same requests by bare fetch, because the growth of its memory is not the package's. The command
// writes docs/soak.svg and the figures of docs/soak.md. `-- --minutes N` sets another duration, and writes only the
// picture, into target/; `-- --rate N` sets the calls a second in each.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { build } from "../../tools/build/main.mjs";
import { ROOT } from "../../tools/shared/run.mjs";
import { main, Stop } from "../../tools/shared/say.mjs";
import { growthOf, judge } from "./judge.mjs";
import { draw } from "./plot.mjs";

const { version: WORKERD } = createRequire(import.meta.url)("workerd/package.json");

const WHOLE = { minutes: 30, rate: 100 };
const SAMPLE_MS = 10_000;
const ROUND_SECONDS = 10;
/** Rounds at the same time in a runtime: in workerd, that many requests to the worker. */
const LANES = 4;
const MIB = 1_048_576;

await main(async () => {
  const number = { type: "string" };
  const { values } = parseArgs({ options: { minutes: number, rate: number, seed: number } });
  const minutes = positive("minutes", values.minutes ?? WHOLE.minutes);
  const rate = positive("rate", values.rate ?? WHOLE.rate);
  const seed =
    values.seed === undefined ? Math.floor(Math.random() * 2 ** 30) : Number(values.seed);
  await build();
  const soaks = await soak({ minutes, rate, seed });
  const [node, workerd, bare] = soaks;
  const verdicts = [judge(node), judge(workerd, bare)];
  const isWhole = minutes === WHOLE.minutes && rate === WHOLE.rate;
  const picture = join(ROOT, isWhole ? "docs/soak.svg" : "target/soak.svg");
  writeFileSync(picture, draw(soaks));
  const text = describe({ minutes, rate, seed, soaks, verdicts });
  console.log(`\n${text}\n\n${picture}`);
  if (isWhole) writeFigures(text);
  const failures = verdicts.flatMap((verdict) => verdict.failures);
  for (const failure of failures.slice(0, 20)) console.error(`✗ ${failure}`);
  if (failures.length > 0) throw new Stop(`${failures.length} failures (seed ${seed})`);
});

function positive(name, given) {
  const number = Number(given);
  if (!(number > 0)) throw new Stop(`--${name} must be a number above 0, not ${given}`);
  return number;
}

async function soak({ minutes, rate, seed }) {
  // Imported only now: some of it imports the package, which the build makes.
  const { startEmulator } = await import("../runtimes/emulator.mjs");
  const { bareInWorkerd, inNode, inWorkerd } = await import("./hosts.mjs");
  const emulator = await startEmulator({ args: ["--no-record"] });
  const hosts = [];
  try {
    for (const start of [inNode, inWorkerd, bareInWorkerd]) hosts.push(await start());
    const settings = { origin: emulator.origin, perSecond: rate / LANES };
    const all = { minutes, seed, settings };
    return await Promise.all(hosts.map((host) => soakOne(host, all)));
  } finally {
    await Promise.allSettled(hosts.map(({ stop }) => stop()));
    await emulator.stop();
  }
}

async function soakOne(host, { minutes, seed, settings }) {
  const found = { name: host.name, samples: [], calls: 0, requests: 0, violations: [] };
  Object.assign(found, { kinds: {}, outcomes: {} });
  const add = (sums, counts) => {
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  };
  const start = performance.now();
  const end = start + 60_000 * minutes;
  found.planned = settings.perSecond * LANES * 60 * minutes;
  const lane = async (index) => {
    for (let count = 0; performance.now() < end; count += 1) {
      const left = (end - performance.now()) / 1_000;
      const seconds = Math.max(1, Math.min(ROUND_SECONDS, left));
      const more = { seconds, lane: index, seed: seed + index + LANES * count };
      const { calls, outcomes, requests, violations } = await host.run({ ...settings, ...more });
      add(found.kinds, calls);
      add(found.outcomes, outcomes);
      found.requests += requests;
      // The first say enough.
      if (found.violations.length < 100) found.violations.push(...violations);
    }
  };
  let isOver = false;
  const sampling = async () => {
    for (;;) {
      await sleep(Math.min(SAMPLE_MS, (60_000 * minutes) / 12));
      if (isOver) return;
      const seconds = (performance.now() - start) / 1_000;
      found.samples.push({ seconds, ...(await host.sample()) });
    }
  };
  const lanes = Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)));
  await Promise.all([lanes.finally(() => (isOver = true)), sampling()]);
  found.calls = Object.values(found.kinds).reduce((sum, count) => sum + count, 0);
  return found;
}

/** The figures as Markdown. */
function describe({ minutes, rate, seed, soaks, verdicts }) {
  const mib = (bytes) => (bytes / MIB).toFixed(2);
  const listed = (counts) =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(", ");
  const [judged, [control]] = [soaks.slice(0, verdicts.length), soaks.slice(verdicts.length)];
  const row = (name, { figure, first, last, growth }, bound) =>
    `| ${name}, ${figure} | ${[...[first, last, growth].map(mib), bound].join(" | ")} |`;
  const rows = [
    ...judged.flatMap(({ name }, index) =>
      verdicts[index].rows.map((figures) => row(name, figures, mib(figures.bound))),
    ),
    row(control.name, growthOf(control.samples, "rss"), ""),
  ];
  return [
    `${minutes} minutes at ${rate} calls a second in each, seed ${seed}, Node ${process.versions.node}, workerd ${WORKERD}. MiB, medians.`,
    "",
    "| | first quarter | last quarter | growth | bound |",
    "|---|---:|---:|---:|---:|",
    ...rows,
    "",
    ...judged.flatMap(({ name, calls, kinds, outcomes, requests, violations, samples }) => [
      `- **${name}**: ${calls} calls (${listed(kinds)}), ${requests} requests, ${samples.length} samples. ` +
        `Outcomes: ${listed(outcomes)}; ${violations.length} not true.`,
    ]),
    `- **${control.name}**: ${control.calls} calls, ${control.requests} requests.`,
  ].join("\n");
}

function writeFigures(text) {
  const file = join(ROOT, "docs/soak.md");
  const between = /(<!-- figures:.*?-->\n)[\s\S]*?(<!-- \/figures -->)/;
  const page = readFileSync(file, "utf8");
  writeFileSync(
    file,
    page.replace(between, (_, begin, end) => `${begin}${text}\n${end}`),
  );
}
