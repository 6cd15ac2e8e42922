// A newcomer's walk to a page: an empty folder, `npm install`, the two files of docs/browser.md, a deleted batch.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { makeProject, pack } from "../packaging/projects.mjs";
import { blocksOf, filesOf } from "../readme/blocks.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { freePort } from "../runtimes/free-port.mjs";
import { plainEnvironment } from "../runtimes/process-runtime.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { launchChromium } from "./launch.mjs";

const [KEY, PASSWORD] = ["sk-ant-of-the-relay", "open sesame"];

test("the page of docs/browser.md deletes a batch", { timeout: 300_000 }, async (t) => {
  const packed = await pack();
  t.after(packed.remove);
  const [html] = await blocksOf("docs/browser.md", "html");
  const files = { ...(await filesOf("docs/browser.md")), "index.html": html };
  assert.deepEqual(Object.keys(files), ["server.mjs", "vite.config.js", "index.html"]);
  const project = await makeProject(packed, "page", files);
  const emulator = await startEmulator();
  t.after(emulator.stop);
  const world = newWorld(emulator.origin);
  const origin = await startServer(t, project, world.url);

  const batch = `${origin}/api/v1/messages/batches/msgbatch_1`;
  for (const path of [origin, batch, `${origin}/package.json`, `${origin}/server.mjs`]) {
    assert.equal((await fetch(path)).status, 401, path);
  }
  const authorization = `Basic ${btoa(`me:${PASSWORD}`)}`;
  for (const path of [
    "/server.mjs",
    "/node_modules/delete-message-batch/%2e%2e/%2e%2e/server.mjs",
  ]) {
    const { status } = await fetch(origin + path, { headers: { authorization } });
    assert.equal(status, 404, path);
  }
  assert.deepEqual((await world.requests()).requests, []);

  const [{ id }] = (await world.create()).batches;
  const browser = await launchChromium();
  t.after(() => browser.close());
  const context = await browser.newContext({
    httpCredentials: { username: "me", password: PASSWORD },
  });
  const page = await context.newPage();
  await page.goto(origin);
  await page.getByLabel("Batch id").fill(id);
  await page.getByRole("button").click();
  await page
    .getByRole("status")
    .filter({ hasText: `${id} is deleted` })
    .waitFor();
  const sent = (await world.requests()).requests.map(({ method, headers }) => {
    const all = new Headers(headers);
    return [method, all.get("x-api-key"), all.get("authorization")];
  });
  assert.deepEqual(sent, [["DELETE", KEY, null]]);
  assert.deepEqual((await world.batches()).deleted, [id]);
  await page.getByLabel("Batch id").fill("msgbatch_never");
  await page.getByRole("button").click();
  await page.getByRole("status").filter({ hasText: "msgbatch_never is not there" }).waitFor();
});

/** `node server.mjs`; resolves with its origin. */
async function startServer(t, project, baseURL) {
  const port = await freePort();
  const child = spawn(process.execPath, [join(project, "server.mjs")], {
    cwd: project,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...plainEnvironment(),
      ...{ ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: baseURL, PASSWORD, PORT: `${port}` },
    },
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  t.after(() => {
    child.kill("SIGKILL");
    return ended;
  });
  const origin = `http://127.0.0.1:${port}`;
  for (;;) {
    if (await fetch(origin).catch(() => undefined)) return origin;
    assert.equal(child.exitCode, null, "the server ended by itself");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
