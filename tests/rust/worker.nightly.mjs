// The example for Workers, in workerd: a cron trigger purges the emulator.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Miniflare } from "miniflare";
import { compileBindgen, runBindgen } from "../../tools/build/bindgen.mjs";
import { ROOT } from "../../tools/shared/run.mjs";
import { cargo, rustEnvironment, TARGET } from "../../tools/shared/rust.mjs";
import { COMPATIBILITY_DATE } from "../../tools/start/bundle-worker.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";

const KEY = "sk-test-SECRET";
const DAY = 24 * 60 * 60;
/** The part that the tool worker-build writes: it loads the wasm and names the handlers. */
const MAIN = `
import * as glue from "./worker.js";
import wasm from "./worker_bg.wasm";
glue.initSync({ module: wasm });
glue.init?.();
export default {
  fetch: () => new Response(null, { status: 404 }),
  scheduled: (event, env, context) => glue.scheduled(event, env, context),
};`;

test("the example for Workers deletes the old batches at a cron trigger", async (t) => {
  const emulator = await startEmulator();
  t.after(emulator.stop);
  const world = newWorld(emulator.origin);
  const old = (await world.create({ count: 30, ageSeconds: 40 * DAY })).batches.map(({ id }) => id);
  await world.create({ count: 5 });
  const soon = { "retry-after-ms": "5" };
  await world.faults([{ match: { method: "DELETE" }, status: 529, headers: soon, times: 3 }]);
  const worker = new Miniflare({
    compatibilityDate: COMPATIBILITY_DATE,
    modules: await modules(),
    bindings: { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: world.url },
  });
  t.after(() => worker.dispose());
  const { outcome } = await (await worker.getWorker()).scheduled({ cron: "0 3 * * *" });
  assert.equal(outcome, "ok");
  const { deleted, batches } = await world.batches();
  assert.deepEqual([deleted.sort(), batches.length], [old.sort(), 5]);
  const { requests } = await world.requests();
  for (const { headers } of requests) assert.equal(new Map(headers).get("x-api-key"), KEY);
});

/** Compiles the example, and resolves with the Worker's modules. */
async function modules() {
  const env = await rustEnvironment();
  const [profile, name] = ["debug", "rust_worker_example.wasm"];
  await cargo(["build", "--locked", "--package", "rust-worker-example", "--target", TARGET], env);
  const wasm = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, "target"), TARGET, profile, name);
  const folder = mkdtempSync(join(tmpdir(), "rust-worker-"));
  try {
    await compileBindgen(env);
    await runBindgen(wasm, "worker", folder, env);
    const files = readdirSync(folder, { recursive: true }).filter((path) =>
      /\.(js|wasm)$/.test(path),
    );
    return [
      { type: "ESModule", path: "main.js", contents: MAIN },
      ...files.map((path) => ({
        type: path.endsWith(".js") ? "ESModule" : "CompiledWasm",
        path,
        contents: readFileSync(join(folder, path)),
      })),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
