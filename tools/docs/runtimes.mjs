// `npm run docs:runtimes`: runs the specification in each runtime that is a command, and writes their versions and the
// date of the run into docs/runtimes.md.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DENO, findBun } from "../../tests/runtimes/commands.mjs";
import { build } from "../build/main.mjs";
import { ROOT, run } from "../shared/run.mjs";
import { main, Stop } from "../shared/say.mjs";
import { LTS, NODES } from "../test/node-versions.mjs";
import { steps } from "../test/steps.mjs";

const PAGE = join(ROOT, "docs/runtimes.md");
const [BEGIN, END] = ["<!-- written by npm run docs:runtimes -->\n", "<!-- end -->"];
const OTHERS = "all that differ by runtime";
const STEPS = ["node", "nodes", "deno", "bun", "workerd"];

async function table() {
  const date = new Date().toISOString().slice(0, 10);
  const first = (text) => /\d+\.\d+\.\d+/.exec(text)[0];
  const rows = [
    ...Object.entries(NODES).map(([major, version]) => [`Node ${version}`, extent(major)]),
    [`Deno ${first(await run(process.execPath, [DENO, "--version"]))}`, OTHERS],
    [`Bun ${first(await run(findBun(), ["--version"]))}`, OTHERS],
    [`workerd ${versionOf("workerd")}`, OTHERS],
  ];
  const lines = rows.map(([name, what]) => `| ${name} | ${what} |\n`);
  return `\nLast run: ${date}.\n\n| runtime | cases |\n|---|---|\n${lines.join("")}\n`;
}

function extent(major) {
  if (Number(major) === LTS) return "all";
  return major === "20" ? "a handful: its support has ended" : "a dozen";
}

const versionOf = (name) =>
  JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")).version;

await main(async () => {
  const env = await build();
  for (const name of STEPS) {
    const step = steps.find((step) => step.name === name);
    for (const ensure of step.ensure) await ensure();
    const { passed, failed } = await step.run(env);
    console.log(`• ${name}: ${passed} passed, ${failed} failed`);
    if (failed > 0 || passed === 0) throw new Stop(`docs/runtimes.md is left as it is: ${name}`);
  }
  const page = readFileSync(PAGE, "utf8");
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (start < 0 || end < start) throw new Stop("docs/runtimes.md has lost the marks of its table");
  writeFileSync(PAGE, page.slice(0, start) + BEGIN + (await table()) + page.slice(end));
});
