// Runs the code of the README, the npm page and the pages about tasks, each block as printed. The preparation is that of
// a reader: the package, a key in the environment, and some batches.

import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { execute, ROOT } from "../../tools/shared/run.mjs";
import { COMMAND, environment } from "../cli/command.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";
import { startWorker } from "../runtimes/workerd-start.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { blocksOf } from "./blocks.mjs";

const DAY_S = 86_400;
const LIMIT_MS = 180_000;
/** In the repository, so that the package is found. */
const FOLDER = join(ROOT, ".tools/readme-blocks");

/** The effect of each block on three old batches and a new one, and its output, in one line. */
const FIRST = { deleted: 1, prints: /^{ id: 'msgbatch_\w+', type: 'message_batch_deleted' }$/ };
const PURGE = { deleted: 3, prints: /^3 deleted, 0 failed, 0 not sent$/ };
const ALL = { deleted: 4, prints: /^$/ };
const PAGES = {
  "README.md": [
    FIRST,
    PURGE,
    "worker",
    {
      deleted: 0,
      prints:
        /^not_found DELETE \/v1\/messages\/batches\/msgbatch_01Missing: 404 not_found_error: .*$/,
    },
  ],
  "pkg/README.md": [FIRST, PURGE],
  "docs/errors.md": [{ deleted: 0, prints: /^not_found 404 false false$/ }],
  "docs/from-the-sdk.md": [
    ALL,
    ALL,
    { deleted: 1, prints: /^after \d+ ms GET 200 req_\w+ after \d+ ms DELETE 200 req_\w+$/ },
  ],
  "docs/jobs.md": [
    PURGE,
    {
      deleted: 0,
      prints:
        /^3 would be deleted, 0 would fail created from \S+Z to \S+Z \[( 'msgbatch_\w+',?){3} \]$/,
    },
    {
      deleted: 4,
      prints: /^{ deleted: 4, missing: 0, failed: \[\], unsent: 0, total: 4 }$/,
      readsIds: true,
    },
    { deleted: 4, prints: /^4 of 4 deleted$/ },
    { deleted: 4, prints: /^finished 0 left$/ },
  ],
};

let emulator;
before(async () => {
  await mkdir(FOLDER, { recursive: true });
  emulator = await startEmulator();
});
after(async () => {
  await emulator?.stop();
  await rm(FOLDER, { recursive: true, force: true });
});

for (const [page, expected] of Object.entries(PAGES)) {
  const blocks = await blocksOf(page);
  test(`${page} has ${expected.length} blocks`, () => assert.equal(blocks.length, expected.length));

  for (const [index, code] of blocks.entries()) {
    const { deleted, prints, readsIds } = expected[index] ?? {};
    if (!prints) continue;
    test(`${page}, block ${index + 1}`, async () => {
      const world = await someBatches();
      const file = await write(`${page}-${index}`, code);
      const args = readsIds ? [await writeIds(world)] : [];
      const { code: exit, output } = await execute(process.execPath, [file, ...args], {
        env: {
          ...plainEnvironment(),
          ANTHROPIC_API_KEY: "sk-test",
          ANTHROPIC_BASE_URL: world.url,
        },
        limitMs: LIMIT_MS,
      });
      assert.equal(exit, 0, output);
      assert.match(output.trim().replaceAll(/\s+/g, " "), prints);
      assert.equal((await world.batches()).deleted.length, deleted);
      assert.equal((await world.stats()).unmatched, 0);
    });
  }
}

test("README.md, the Worker: it refuses, until its sign-in accepts", async (t) => {
  const code = (await blocksOf("README.md"))[PAGES["README.md"].indexOf("worker")];
  const world = await someBatches();
  const [{ id }] = (await world.batches()).batches;
  const remove = async (name, text) => {
    const bindings = { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: world.url };
    const worker = await startWorker(pathToFileURL(await write(name, text)), { bindings });
    t.after(worker.stop);
    const url = new URL(`/api/v1/messages/batches/${id}`, worker.url);
    return (await fetch(url, { method: "DELETE" })).status;
  };
  assert.equal(await remove("worker", code), 403);
  assert.deepEqual((await world.requests()).requests, []);
  const open = code.replace("() => false", "() => true");
  assert.notEqual(open, code);
  assert.equal(await remove("open-worker", open), 200);
  assert.deepEqual((await world.batches()).deleted, [id]);
});

const LINE = /^npx delete-message-batch (.*?)\s+#/gm;
/** The exit code of each command of the README and the npm page, without a terminal. */
const COMMANDS = { list: 0, purge: 2, delete: 0 };

for (const page of ["README.md", "pkg/README.md"]) {
  test(`${page}, the commands`, async () => {
    const lines = [...(await blocksOf(page, "sh")).join("").matchAll(LINE)].map(([, line]) => line);
    const world = await someBatches();
    const { batches } = await world.batches();
    const folder = join(FOLDER, `${page.replaceAll(/\W/g, "-")}-commands`);
    await mkdir(folder);
    await writeFile(join(folder, "ids.txt"), `${batches[0].id}\n`);
    const codes = {};
    for (const line of lines) {
      const args = line.split(" ");
      const { code, output } = await execute(process.execPath, [COMMAND, ...args], {
        cwd: folder,
        env: environment(world),
        limitMs: LIMIT_MS,
      });
      // It asks, and without a terminal it names the flag that confirms.
      if (code === 2) assert.match(output, /--yes/);
      codes[args[0]] = code;
    }
    assert.deepEqual(codes, COMMANDS);
    assert.deepEqual((await world.batches()).deleted, [batches[0].id]);
  });
}

async function someBatches() {
  const world = newWorld(emulator.origin);
  await world.create({ count: 3, ageSeconds: 40 * DAY_S });
  await world.create();
  return world;
}

/** Writes the ids of a world as Windows does, with a blank line; resolves with the file's path. */
async function writeIds(world) {
  const { batches } = await world.batches();
  const path = join(FOLDER, "ids.txt");
  await writeFile(path, batches.map(({ id }) => `${id}\r\n`).join("\r\n"));
  return path;
}

async function write(name, text) {
  const file = join(FOLDER, `${name.replaceAll(/\W/g, "-")}.mjs`);
  await writeFile(file, text);
  return file;
}
