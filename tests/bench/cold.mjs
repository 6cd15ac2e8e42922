// Cold start in Node: the CPU of a whole process that imports, deletes one batch, and ends.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { execute, ROOT } from "../../tools/shared/run.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { alternate, ratio, summary } from "./statistics.mjs";

const ROUNDS = 15;
const TELL = "const { user, system } = process.cpuUsage(); console.log(user + system);";

const SDK = `import Anthropic from "@anthropic-ai/sdk";
  await new Anthropic({ apiKey: "key", baseURL: URL }).messages.batches.delete(ID);`;

const SCRIPTS = {
  bare: `const response = await fetch(\`\${URL}/v1/messages/batches/\${ID}\`, { method: "DELETE",
    headers: { accept: "application/json", "anthropic-version": "2023-06-01", "x-api-key": "key" } });
    await response.json();`,
  ours: `import { deleteBatch } from "delete-message-batch";
    await deleteBatch(ID, { apiKey: "key", baseURL: URL });`,
  "./core": `import { deleteBatch } from "delete-message-batch/core";
    await deleteBatch(ID, { apiKey: "key", baseURL: URL });`,
  "SDK as installed": SDK,
  "SDK bundled": SDK,
};

export async function measure() {
  // Inside the project, so that the packages are found.
  const folder = mkdtempSync(join(ROOT, "tests/bench/.cold-"));
  const emulator = await startEmulator({ args: ["--no-record"] });
  const world = newWorld(emulator.origin);
  const names = Object.keys(SCRIPTS);
  try {
    const files = {};
    for (const name of names) files[name] = await script(folder, name);
    const { batches } = await world.create({ count: names.length * (ROUNDS + 1) });
    const run = async (name) => {
      const { id } = batches.pop();
      const env = { ...process.env, BATCH: id, API: world.url };
      const { code, output, stdout } = await execute(process.execPath, [files[name]], { env });
      if (code !== 0) throw new Error(output);
      return Number(stdout) / 1_000;
    };
    for (const name of names) await run(name);
    const times = await alternate(names, ROUNDS, run);
    const data = Object.fromEntries(
      names.map((name) => [
        name,
        { ms: summary(times[name]), share: ratio(times[name], times.bare) },
      ]),
    );
    return {
      title: "Cold start in Node: import and one delete",
      unit: "ms of CPU: median (quartiles)",
      columns: ["CPU", "over bare"],
      rows: Object.entries(data).map(([name, { ms, share }]) => ({
        name,
        cells: [
          `${ms.median.toFixed(1)} (${ms.low.toFixed(1)} to ${ms.high.toFixed(1)})`,
          `${share.median.toFixed(2)} (${share.low.toFixed(2)} to ${share.high.toFixed(2)})`,
        ],
      })),
      goal: "ours ≤ 1.08 × bare",
      data,
    };
  } finally {
    await emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function script(folder, name) {
  const file = join(folder, `${name.replaceAll(" ", "-")}.mjs`);
  const lines = SCRIPTS[name].replace(
    /^(import .*)$/m,
    "$1\nconst { BATCH: ID, API: URL } = process.env;",
  );
  const text = SCRIPTS[name].startsWith("import")
    ? lines
    : `const { BATCH: ID, API: URL } = process.env;\n${lines}`;
  writeFileSync(file, `${text}\n${TELL}\n`);
  if (name.endsWith("bundled")) {
    await build({
      entryPoints: [file],
      outfile: file,
      allowOverwrite: true,
      bundle: true,
      minify: true,
      format: "esm",
      platform: "node",
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
    });
  }
  return file;
}
