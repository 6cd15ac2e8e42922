// Runs the code blocks of docs/runtimes.md, each in its runtime, and of docs/test-runners.md.

import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { execute, ROOT } from "../../tools/shared/run.mjs";
import { DENO, findBun } from "../runtimes/commands.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";
import { startWorker } from "../runtimes/workerd-start.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { blocksOf } from "./blocks.mjs";

const KEY = "sk-test";
const LIMIT_MS = 180_000;
/** In the repository, so that the package is found. */
const FOLDER = join(ROOT, ".tools/docs-blocks");

const runtimes = await blocksOf("docs/runtimes.md");
const testRunners = await blocksOf("docs/test-runners.md");

let emulator;
before(async () => {
  await mkdir(FOLDER, { recursive: true });
  emulator = await startEmulator();
});
after(async () => {
  await emulator?.stop();
  await rm(FOLDER, { recursive: true, force: true });
});

const node = [process.execPath];
const COMMANDS = {
  "delete.mjs: ANTHROPIC": node,
  "delete.js: deno": [...node, DENO, "run", "--no-prompt", "--allow-net", "--allow-env"],
  "delete.mjs: bun": [findBun()],
};

test("runtimes.md has a block for each", () => assert.equal(runtimes.length, 5));

for (const [start, [command, ...args]] of Object.entries(COMMANDS)) {
  test(`runtimes.md, // ${start}`, async () => {
    const { world, id } = await worldWithBatch();
    const file = await write(named(start));
    const { code, output } = await execute(command, [...args, file, id], {
      cwd: FOLDER,
      env: { ...plainEnvironment(), ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: world.url },
      limitMs: LIMIT_MS,
    });
    assert.equal(code, 0, output);
    assert.deepEqual((await world.batches()).deleted, [id]);
  });
}

test("runtimes.md, // worker.js", async (t) => {
  const { world, id } = await worldWithBatch();
  const bindings = { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: world.url, TOKEN: "visitor" };
  const start = async (more) => {
    const options = { bindings: { ...bindings, ...more } };
    const worker = await startWorker(await write(named("worker.js")), options);
    t.after(worker.stop);
    return async (method, token) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(new URL(`?id=${id}`, worker.url), { method, headers });
      return [response.status, await response.json()];
    };
  };
  const send = await start({});
  for (const [method, token, status] of [
    ...[undefined, "", "wrong", "undefined"].flatMap((token) => [
      ["GET", token, 403],
      ["DELETE", token, 403],
    ]),
    ["GET", "visitor", 405],
  ]) {
    assert.equal((await send(method, token))[0], status, `${method} ${token}`);
  }
  const closed = await start({ TOKEN: "" });
  for (const token of ["", "undefined"]) assert.equal((await closed("DELETE", token))[0], 403);
  assert.deepEqual((await world.requests()).requests, []);
  assert.equal((await send("DELETE", "visitor"))[0], 200);
  assert.deepEqual((await world.batches()).deleted, [id]);
  const [status, body] = await send("DELETE", "visitor");
  assert.deepEqual([status, body.code], [404, "not_found"], "an error keeps its status and code");
});

test("test-runners.md has blocks to run, and jsdom's environment", () => {
  assert.equal(testRunners.length, 3);
  // tests/consumers/ runs it.
  assert.match(testRunners[2], /^\/\/ environment\.cjs/);
});

for (const [index, text] of testRunners.slice(0, 2).entries()) {
  test(`test-runners.md, block ${index + 1}: it prints the output in its comments`, async () => {
    const file = await write(text);
    const env = plainEnvironment();
    const { code, output } = await execute(process.execPath, [file], { env, limitMs: LIMIT_MS });
    const said = [...text.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, line]) => line);
    assert.ok(said.length > 0);
    assert.deepEqual([code, output.trim().split("\n")], [0, said]);
  });
}

async function worldWithBatch() {
  const world = newWorld(emulator.origin);
  const [{ id }] = (await world.create()).batches;
  return { world, id };
}

/** The block whose first line says that. */
function named(start) {
  const block = runtimes.find((text) => text.startsWith(`// ${start}`));
  assert.ok(block, `no block begins with // ${start}`);
  return block;
}

async function write(text) {
  const file = join(FOLDER, `block-${Math.random().toString(36).slice(2)}.mjs`);
  await writeFile(file, text);
  return file;
}
