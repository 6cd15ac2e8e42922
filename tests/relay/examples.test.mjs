// The examples, each in its runtime: short, and they do as they say.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { deleteBatch } from "delete-message-batch";
import { ROOT } from "../../tools/shared/run.mjs";
import { DENO, findBun } from "../runtimes/commands.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { freePort } from "../runtimes/free-port.mjs";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";
import { until } from "../runtimes/until.mjs";
import { startWorker } from "../runtimes/workerd-start.mjs";
import { newWorld } from "../runtimes/world.mjs";

const EXAMPLES = join(ROOT, "examples");
const node = process.execPath;

const SERVERS = {
  "node-server.js": (file) => inProcess(node, [file]),
  "deno-server.js": (file) => inProcess(node, [DENO, "run", "--allow-net", "--allow-env", file]),
  "bun-server.js": (file) => inProcess(findBun(), [file]),
  "cloudflare-worker.js": (file) => (t, env) => inWorkerd(t, env, file),
  // The entry for Vercel runs in workerd, which also needs the wasm compiled. workerd is not Vercel's runtime, but
  // stricter than the local one.
  "vercel-edge.js": () => (t, env) =>
    inWorkerd(t, env, new URL("vercel-main.mjs", import.meta.url), ["edge-light"]),
};

test("each is run here, and has less than 25 lines", () => {
  const files = readdirSync(EXAMPLES).filter((name) => name.endsWith(".js"));
  assert.deepEqual(files.sort(), Object.keys(SERVERS).sort());
  for (const file of files) {
    const lines = readFileSync(join(EXAMPLES, file), "utf8").trimEnd().split("\n").length;
    assert.ok(lines < 25, `${file}: ${lines}`);
  }
});

for (const [file, server] of Object.entries(SERVERS)) {
  test(file, async (t) => {
    const emulator = await startEmulator();
    t.after(emulator.stop);
    const world = newWorld(emulator.origin);
    const [{ id }] = (await world.create()).batches;
    const env = {
      ANTHROPIC_API_KEY: "sk-ant-of-the-relay",
      ANTHROPIC_BASE_URL: world.url,
      RELAY_TOKEN: "visitor",
    };
    const origin = await server(join(EXAMPLES, file))(t, env);

    const options = { baseURL: `${origin}/api`, maxRetries: 0 };
    for (const authToken of ["wrong", "undefined", null]) {
      await assert.rejects(deleteBatch(id, { ...options, authToken }), { code: "permission" });
    }
    assert.deepEqual((await world.requests()).requests, []);
    const deleted = await deleteBatch(id, { ...options, authToken: "visitor" });
    assert.deepEqual(deleted, { id, type: "message_batch_deleted" });
    const { requests } = await world.requests();
    const keys = requests.map(({ headers }) => new Headers(headers).get("x-api-key"));
    assert.deepEqual(keys, ["sk-ant-of-the-relay"]);
    const [call] = /deleteBatch\(id, .*\)/.exec(readFileSync(join(EXAMPLES, file), "utf8")) ?? [];
    if (call) await namedCall(call, world, origin);
    const { RELAY_TOKEN: _, ...noToken } = env;
    const closed = {
      baseURL: `${await server(join(EXAMPLES, file))(t, noToken)}/api`,
      maxRetries: 0,
    };
    for (const authToken of ["visitor", "undefined", "null"]) {
      await assert.rejects(deleteBatch(id, { ...closed, authToken }), { code: "permission" });
    }
    const elsewhere = await fetch(`${origin}/api/v1/models`);
    assert.equal(elsewhere.status, 404);
  });
}

/** The call that an example names, with its path on the example's origin: `authorize` lets it through. */
async function namedCall(call, world, origin) {
  const [{ id }] = (await world.create()).batches;
  const code = call.replace('"/api"', JSON.stringify(`${origin}/api`));
  const run = new Function("deleteBatch", "id", "token", `return ${code}`);
  assert.equal((await run(deleteBatch, id, "visitor")).id, id);
  // A page refuses a credential without it.
  assert.ok(call.includes("dangerouslyAllowBrowser: true"), call);
}

function inProcess(command, args) {
  return async (t, env) => {
    const port = await freePort();
    const child = spawn(command, args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...plainEnvironment(), ...env, PORT: `${port}` },
      detached: true,
    });
    t.after(() => process.kill(-child.pid, "SIGKILL"));
    const origin = `http://127.0.0.1:${port}`;
    const isListening = async () => {
      assert.equal(child.exitCode, null, "it ended by itself");
      return fetch(origin).catch(() => undefined);
    };
    await until(isListening, `${args.at(-1)} does not listen`);
    return origin;
  };
}

async function inWorkerd(t, env, entry, conditions) {
  const options = { bindings: env, compatibilityFlags: ["nodejs_compat"] };
  const worker = await startWorker(entry, options, conditions);
  t.after(worker.stop);
  return worker.url.origin;
}
