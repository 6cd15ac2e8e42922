// The relay of the Worker has the key of a workspace, and the page its name.

import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../runtimes/until.mjs";
import { startFor, startWorld } from "./world.mjs";

const LIST = "/v1/messages/batches";
const WORKSPACES = JSON.stringify([
  { name: "eu", key: "KEY_EU", days: 14 },
  { name: "us", key: "KEY_US", days: 30 },
]);
const vars = { RETENTION_DAYS: "off", WORKSPACES, KEY_EU: "sk-ant-eu", KEY_US: "sk-ant-us" };

test("the relay uses the key of the workspace, and of the first by default", async (t) => {
  const world = await startWorld(t);
  const { batches } = await world.create({ count: 2 });
  const { call, origin } = await startFor(t, world, { vars: { ...vars, ANTHROPIC_API_KEY: "" } });
  for (const [base, key] of [
    ["/api", "sk-ant-eu"],
    ["/api/workspaces/eu", "sk-ant-eu"],
    ["/api/workspaces/us", "sk-ant-us"],
  ]) {
    await world.clearRequests();
    assert.equal((await call("GET", base + LIST)).status, 200, base);
    const [{ headers }] = (await world.requests()).requests;
    assert.ok(JSON.stringify(headers).includes(key), base);
  }
  await world.clearRequests();
  const deleted = await call("DELETE", `/api/workspaces/us${LIST}/${batches[0].id}`);
  assert.equal(deleted.status, 200);
  assert.ok(JSON.stringify((await world.requests()).requests).includes("sk-ant-us"));
  await world.clearRequests();
  for (const name of ["other", "default", "e%75", "..%2Feu"]) {
    const { status, body } = await call("GET", `/api/workspaces/${name}${LIST}`);
    assert.deepEqual([status, body.error.type], [404, "not_found_error"], name);
  }
  const anyone = await fetch(`${origin}/api/workspaces/other${LIST}`);
  assert.equal(anyone.status, 403, "names of workspaces are for operators");
  assert.deepEqual((await world.requests()).requests, []);
});

test("the page receives its workspace and the host of the API", async (t) => {
  const world = await startWorld(t);
  const { call } = await startFor(t, world, { vars });
  const { host } = new URL(world.url);
  for (const [query, workspace] of [
    ["", "eu"],
    ["?workspace=us", "us"],
    ["?workspace=other", null],
  ]) {
    const { body } = await call("GET", `/config${query}`);
    assert.deepEqual([body.workspace, body.host], [workspace, host], query);
  }
  const one = await startFor(t, world);
  const { body } = await one.call("GET", "/config");
  assert.deepEqual([body.workspace, body.host], ["default", host]);
  const wrong = await startFor(t, world, { vars: { ANTHROPIC_BASE_URL: "https://sk-ant-pasted" } });
  assert.equal((await wrong.call("GET", "/config")).body.host, null);
});

test("a workspace that can't be read closes the relay: no other workspace's key stands in", async (t) => {
  const world = await startWorld(t);
  const list = JSON.parse(WORKSPACES);
  list[0].days = "14d";
  const wrong = { ...vars, WORKSPACES: JSON.stringify(list) };
  const { call } = await startFor(t, world, { vars: wrong });
  for (const base of ["/api", "/api/workspaces/us"]) {
    const { status, body } = await call("GET", base + LIST);
    assert.equal(status, 503);
    assert.match(body.error.message, /^WORKSPACES\[0\]\.days must be a whole number/);
  }
  assert.deepEqual((await world.requests()).requests, []);
});

test("each start of the Worker logs the problems of its configuration", async (t) => {
  const world = await startWorld(t);
  const lines = [];
  const handleRuntimeStdio = (...streams) => {
    for (const stream of streams) stream.on("data", (chunk) => lines.push(`${chunk}`));
  };
  const runtime = { handleRuntimeStdio };
  const { origin, stop } = await startFor(t, world, { vars: { RUN_SECONDS: "0" }, runtime });
  for (let count = 0; count < 3; count += 1) await (await fetch(`${origin}/`)).text();
  await until(() => lines.join("").includes("configuration.problem"), "a line of the log");
  await stop();
  const logged = lines.join("").split("configuration.problem").length - 1;
  assert.equal(logged, 1, lines.join(""));
});
