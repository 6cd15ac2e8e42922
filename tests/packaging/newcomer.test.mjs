// A newcomer's walk: an empty folder, `npm install`, the code as the documentation has it, a deleted batch.
// In Node by the first example of the README, in a Worker by docs/runtimes.md. tests/browsers/ has it in a
// page, tests/next/ in Next.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { execute } from "../../tools/shared/run.mjs";
import { blocksOf, filesOf } from "../readme/blocks.mjs";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";
import { startWorker } from "../runtimes/workerd-start.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { makeProject, packedBesideEmulator } from "./projects.mjs";

const LIMIT_MS = 180_000;

const given = packedBesideEmulator();

// The repository's, and the one that npm shows.
for (const readme of ["README.md", "pkg/README.md"]) {
  test(`the first example of ${readme}`, async () => {
    const [example] = await blocksOf(readme);
    const project = await makeProject(given.packed, readme.replaceAll(/\W/g, "-"));
    await writeFile(join(project, "first.mjs"), example);
    const world = newWorld(given.emulator.origin);
    const [{ id }] = (await world.create()).batches;
    const env = {
      ...plainEnvironment(),
      ANTHROPIC_API_KEY: "sk-test",
      ANTHROPIC_BASE_URL: world.url,
    };
    const options = { cwd: project, env, limitMs: LIMIT_MS };
    const { code, output } = await execute(process.execPath, ["first.mjs"], options);
    assert.equal(code, 0, output);
    assert.equal(output.trim().replaceAll(/\s+/g, " "), said(example).replace("msgbatch_…", id));
    assert.deepEqual((await world.batches()).deleted, [id]);
  });
}

test("the Worker of docs/runtimes.md", async (t) => {
  const { "worker.js": code } = await filesOf("docs/runtimes.md");
  const blocks = (await blocksOf("docs/runtimes.md", "json")).map(JSON.parse);
  const wrangler = blocks.find(({ main }) => main);
  const project = await makeProject(given.packed, "worker", { [wrangler.main]: code });
  const world = newWorld(given.emulator.origin);
  const [{ id }] = (await world.create()).batches;
  const worker = await startWorker(join(project, wrangler.main), {
    compatibilityDate: wrangler.compatibility_date,
    bindings: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: world.url, TOKEN: "its-token" },
  });
  t.after(worker.stop);
  assert.ok(
    worker.wasm.every((path) => path.startsWith(project)),
    `${worker.wasm}`,
  );
  const headers = { authorization: "Bearer its-token" };
  const response = await fetch(new URL(`?id=${id}`, worker.url), { method: "DELETE", headers });
  assert.deepEqual(await response.json(), { id, type: "message_batch_deleted" });
  assert.deepEqual((await world.batches()).deleted, [id]);
});

/** Returns the output that the example's comment promises. */
const said = (example) => /console\.log\(deleted\); \/\/ (.*)$/m.exec(example)[1];
