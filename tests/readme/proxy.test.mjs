// The commands of docs/runtimes.md for a proxy and a CA of one's own: each goes through a proxy of this machine to a
// server whose certificate only that CA knows.

import assert from "node:assert/strict";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { execute, ROOT } from "../../tools/shared/run.mjs";
import { DENO, findBun } from "../runtimes/commands.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { blocksOf } from "./blocks.mjs";
import { CA, startProxy } from "./proxy.mjs";

/** In the repository, so that the package is found. */
const FOLDER = join(ROOT, ".tools/proxy-blocks");
const PROGRAMS = {
  node: [process.execPath],
  deno: [process.execPath, DENO],
  bun: [findBun()],
};
/** Node 20 does not read these variables. */
const READS_VARIABLES = process.allowedNodeEnvironmentFlags.has("--use-env-proxy");

const programs = await blocksOf("docs/runtimes.md");
const commands = (await blocksOf("docs/runtimes.md", "sh"))
  .flatMap((text) => text.split("\n"))
  .filter((line) => line.includes("_PROXY="));

let emulator;
let proxy;
before(async () => {
  await mkdir(FOLDER, { recursive: true });
  await copyFile(CA, join(FOLDER, "ca.pem"));
  emulator = await startEmulator();
  proxy = await startProxy(emulator.origin);
});
after(async () => {
  proxy?.stop();
  await emulator?.stop();
  await rm(FOLDER, { recursive: true, force: true });
});

test("there is a command for each", () => {
  const found = commands.map((line) => /\b(node|deno|bun) /.exec(line)[1]);
  assert.deepEqual(found, ["node", "node", "deno", "bun"]);
});

for (const line of commands) {
  const words = line.split(" ");
  const settings = words.filter((word) => word.includes("=")).map((word) => word.split("="));
  const [name, ...args] = words.slice(settings.length, -1);
  const skip = line.includes("NODE_USE_ENV_PROXY") && !READS_VARIABLES;
  test(line, { skip }, async () => {
    const world = newWorld(emulator.origin);
    const [{ id }] = (await world.create()).batches;
    const text = programs.find((text) =>
      text.split("\n")[0].endsWith(words.slice(settings.length).join(" ")),
    );
    await writeFile(join(FOLDER, args.at(-1)), text);
    const env = {
      ...Object.fromEntries(settings),
      HTTPS_PROXY: proxy.url,
      // Deno checks for a newer version once a day, through the proxy.
      DENO_NO_UPDATE_CHECK: "1",
      ANTHROPIC_API_KEY: "sk-test",
      ANTHROPIC_BASE_URL: world.url.replace(emulator.origin, `https://${proxy.host}`),
    };
    const own = Object.entries(plainEnvironment()).filter(([name]) => !/_proxy$/i.test(name));
    const [command, ...before] = PROGRAMS[name];
    proxy.connected.length = 0;
    const { code, output } = await execute(command, [...before, ...args, id], {
      cwd: FOLDER,
      env: { ...Object.fromEntries(own), ...env },
      limitMs: 180_000,
    });
    assert.equal(code, 0, output);
    assert.deepEqual([...new Set(proxy.connected)], [proxy.host]);
    assert.deepEqual((await world.batches()).deleted, [id]);
  });
}
