// The exit codes of a job. arguments.test.mjs tests 2, and interrupt.test.mjs tests 130.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { failureLines } from "../../pkg/cli/summary.js";
import { until } from "../runtimes/until.mjs";
import { COMMAND, environment, idsOf, jsonLines, setUp, start } from "./command.mjs";

const many = (count) => Array.from({ length: count }, (_, index) => `b${index}`);
const refusal = (status, type, message) => ({
  times: null,
  status,
  json: { type: "error", error: { type, message }, request_id: "req_of_the_refusal" },
});

test("0: all batches are gone, including missing ones", async (t) => {
  const { world, run } = await setUp(t);
  const [id] = idsOf(await world.create());
  assert.equal((await run("delete", id, "missing")).code, 0);
  assert.equal((await start(["delete", "-"], { world, input: "# nothing\n" }).ended).code, 0);
});

test("1: some failed; each has a line with the API's message and the request's id", async (t) => {
  const { world, run } = await setUp(t);
  const [good, bad] = idsOf(await world.create({ count: 2 }));
  await world.faults([{ ...refusal(409, "conflict_error", "busy"), match: { id: bad } }]);
  const { code, stdout, stderr } = await run("delete", "--max-retries", "0", bad, good);
  assert.equal(code, 1);
  assert.equal(stdout, "1 deleted, 1 failed\n");
  assert.match(stderr, new RegExp(`^failed DELETE /v1/messages/batches/${bad}: 409 .*busy.*\n$`));
  assert.match(stderr, /request id: req_/);
});

test("3: a list that can't be read", async (t) => {
  const { world, run } = await setUp(t);
  await world.faults([refusal(403, "permission_error", "not yours")]);
  for (const args of [["list"], ["purge", "--all", "--yes"]]) {
    const { code, stdout, stderr } = await run(...args);
    assert.deepEqual([code, stdout], [3, ""]);
    assert.match(stderr, /^error: GET .*: 403 permission_error: not yours \(request id: .*\)\n$/);
  }
});

test("3: a refused key stops the job, and the report counts the ids that were not sent", async (t) => {
  const { world, run } = await setUp(t);
  await world.faults([refusal(401, "authentication_error", "invalid x-api-key")]);
  const { code, stdout, stderr } = await run("delete", ...many(100));
  assert.equal(code, 3);
  const [, failed, unsent] = /^0 deleted, (\d+) failed, (\d+) not sent\n$/.exec(stdout);
  assert.equal(Number(failed) + Number(unsent), 100);
  assert.ok(Number(failed) < 50, `${failed} failed`);
  assert.match(stderr, /^stopped: .*401 authentication_error: invalid x-api-key/m);

  const json = await start(["delete", "-", "--json"], { world, input: many(100).join("\n") }).ended;
  assert.equal(json.code, 3);
  assert.equal(jsonLines(json.stdout).report.stopped.code, "authentication");
});

test("a refused key prints one line, whether the job stops for it or ends", async (t) => {
  const { world, run } = await setUp(t);
  await world.faults([refusal(401, "authentication_error", "invalid x-api-key")]);
  const reason = "401 authentication_error: invalid x-api-key \\(request id: \\w+\\)";
  for (const command of ["delete", "cancel"]) {
    for (const [count, code, line] of [
      [100, 3, `stopped: [^\\n]*${reason}`],
      [3, 3, `3 failed: ${reason}`],
      [1, 3, `failed [^\\n]*/b0(?:/cancel)?: ${reason}`],
    ]) {
      await world.clearRequests();
      const result = await run(command, ...many(count));
      assert.match(result.stderr, new RegExp(`^${line}\n$`));
      assert.equal(result.code, code);
      const { requests } = await world.requests();
      assert.ok(requests.length < 50, `${requests.length} requests`);
    }
  }
});

test("a few refusals of a key by chance stop nothing", async (t) => {
  const { world, run } = await setUp(t);
  const fault = refusal(401, "authentication_error", "invalid x-api-key");
  for (const command of ["delete", "cancel"]) {
    await world.faults([{ ...fault, times: 5 }]);
    await world.create({
      id: `${command}_b99`,
      status: command === "delete" ? "ended" : "in_progress",
    });
    const { code, stdout, stderr } = await run(command, ...many(99), `${command}_b99`);
    assert.equal(code, 1);
    assert.match(stdout, /^1 (deleted|canceled), /);
    const lines = stderr
      .trim()
      .split("\n")
      .filter((line) => line.includes("401"));
    assert.equal(lines.length, 1, stderr);
    assert.match(lines[0], /^5 failed \(b\d+, b\d+, b\d+, …\): 401 authentication_error: /);
  }
});

/** Causes that concern every request, with the options that end them soon. */
const CAUSES = [
  ["a refused key", refusal(401, "authentication_error", "no")],
  ["no permission", refusal(403, "permission_error", "no")],
  ["an unpaid bill", refusal(402, "billing_error", "pay")],
  ["a refused beta", refusal(400, "invalid_request_error", "no such beta")],
  [
    "a spend limit",
    { ...refusal(429, "rate_limit_error", "no"), headers: { "retry-after": "3600" } },
  ],
  ["a redirect", { times: null, status: 302, headers: { location: "https://example.com/" } }],
  ["an ingress", { times: null, status: 404, body: "default backend - 404" }],
  ["a sign-in", { times: null, status: 200, body: "<html>" }],
  ["a fault", { times: null, status: 500 }, { few: true }],
  ["no response", { times: null, reset: "before" }, { few: true }],
];

for (const [turn, [cause, fault, { few = false } = {}]] of CAUSES.entries()) {
  test(`3 in each command, for one id and for many: ${cause}`, async (t) => {
    const { world, run } = await setUp(t);
    await world.faults([fault]);
    const commands = [
      ["list"],
      ["purge", "--all", "--yes"],
      ["purge", "--all", "--dry-run"],
      ...["delete", "cancel"].flatMap((command) => [
        [command, "b1"],
        // Only faults end a job after a minute.
        [command, ...many(few ? 3 : 100)],
      ]),
    ];
    // Every third pair: each command has at least three causes, each cause two commands. Nightly all pairs.
    const isMeant = (index) => process.env.NIGHTLY || index % 3 === turn % 3;
    for (const args of commands.filter((_, index) => isMeant(index))) {
      const { code, stderr } = await run(...args, "--max-retries", "0");
      assert.equal(code, 3, `${args}: ${stderr}`);
      assert.equal(stderr.trim().split("\n").length, 1, `${args}: ${stderr}`);
    }
  });
}

/** How long a command may take on a server that is down; a job takes five seconds. */
const DOWN_MS = 30_000;

test("3 in each command, within seconds and in one line: a server that is down", async (t) => {
  const { folder } = await setUp(t);
  const file = join(folder, "ids");
  await writeFile(file, many(2_000).join("\n"));
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const world = { url: `http://127.0.0.1:${server.address().port}` };
  server.close();
  await once(server, "close");
  const commands = [
    ["list"],
    ["purge", "--all", "--yes"],
    ["delete", "b1"],
    ["delete", ...many(7)],
    ["delete", "--file", file],
    ["delete", "--file", file, "--max-retries", "0"],
    ["cancel", "--file", file],
  ];
  await Promise.all(
    commands.map(async (args) => {
      const began = performance.now();
      const { code, stderr } = await start(args, { world }).ended;
      assert.ok(performance.now() - began < DOWN_MS, args);
      assert.equal(code, 3, `${args}: ${stderr}`);
      assert.match(stderr, /^[^\n]*connect ECONNREFUSED[^\n]*\n$/);
    }),
  );
});

test("2 in each command: the command line, the configuration", async (t) => {
  const { world } = await setUp(t);
  const commands = [["delete", "b1"], ["cancel", "b1"], ["list"], ["purge", "--all", "-y"]];
  const mistakes = [
    [["--frob"], {}],
    [["--timeout", "0"], {}],
    [["--base-url", "x"], {}],
    [["--key-file", "/no/such/file"], {}],
    [[], { ANTHROPIC_API_KEY: undefined }],
    [[], { ANTHROPIC_BASE_URL: "x" }],
  ];
  for (const [turn, command] of commands.entries()) {
    // Each mistake with two of the commands; nightly all pairs.
    const isMeant = (index) => process.env.NIGHTLY || index % 2 === turn % 2;
    for (const [args, env] of mistakes.filter((_, index) => isMeant(index))) {
      const { code, stderr } = await start([...command, ...args], { world, env }).ended;
      assert.equal(code, 2, `${command} ${args}: ${stderr}`);
    }
  }
  assert.equal((await world.stats()).requests, 0);
});

test("1 in each job: a failure of one batch, even if it is the only one", async (t) => {
  const { world, run } = await setUp(t);
  const [id] = idsOf(await world.create({ status: "in_progress" }));
  for (const args of [
    ["delete", id],
    ["delete", "a b"],
    ["cancel", "a b"],
    ["purge", "--all", "--yes"],
    ["purge", "--all", "--dry-run"],
  ]) {
    assert.equal((await run(...args)).code, 1, args);
  }
});

test("3: a retry-after of an hour", async (t) => {
  const { world, run } = await setUp(t);
  const fault = refusal(429, "rate_limit_error", "slow down");
  await world.faults([{ ...fault, headers: { "retry-after": "3600" } }]);
  const { code, stderr } = await run("delete", ...many(100));
  assert.equal(code, 3);
  assert.match(stderr, /^stopped: .*429 rate_limit_error: slow down/m);
});

test("3: a list of ids that can't be read to its end", async (t) => {
  const { world, folder } = await setUp(t);
  const hook = join(folder, "hook.mjs");
  // No file system of a test can fail in the middle of a file.
  await writeFile(hook, `process.on("SIGUSR2", () => process.stdin.destroy(new Error("EIO")));`);
  const job = start(["delete", "-", "--json"], { world, input: null, node: ["--import", hook] });
  job.child.stdin.write("b1\nb2\n");
  // Both were read, so the command is in the middle of its list.
  await until(async () => (await world.stats()).requests >= 2, "two requests");
  job.child.kill("SIGUSR2");
  const { code, stdout, stderr } = await job.ended;
  assert.equal(code, 3, stderr);
  assert.equal(stderr, "error: stdin can't be read any further: EIO\n");
  assert.equal(jsonLines(stdout).report.missing, 2);
});

test("3: the reader of the outcomes is gone", async (t) => {
  const { world, folder } = await setUp(t);
  const file = join(folder, "ids");
  await writeFile(file, many(20_000).join("\n"));
  const job = start(["delete", "--json", "--file", file], { world });
  job.child.stdout.once("data", () => job.child.stdout.destroy());
  const { code, stderr } = await job.ended;
  assert.equal(code, 3, stderr);
  assert.equal(stderr, "");
  const { requests } = await world.stats();
  assert.ok(requests < 15_000, `${requests} requests`);
});

test("3: stdout is a file on a full disk", async (t) => {
  const { world } = await setUp(t);
  const ids = idsOf(await world.create({ count: 3 }));
  for (const args of [["list"], ["--help"], ["delete", ids[0]], ["delete", "--json", ids[1]]]) {
    const full = openSync("/dev/full", "w");
    const stdio = ["ignore", full, "pipe"];
    const child = spawn(process.execPath, [COMMAND, ...args], { env: environment(world), stdio });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    closeSync(full);
    assert.equal(code, 3, args.join(" "));
    assert.match(stderr, /^error: stdout can't be written: ENOSPC.*\n$/);
  }
  assert.deepEqual(idsOf(await world.batches()), [ids[2]]);
});

test("0: the reader of a list, or of the help, stops before its end", async (t) => {
  const { world } = await setUp(t);
  await world.create({ count: 3_000 });
  const job = start(["list"], { world });
  job.child.stdout.once("data", () => job.child.stdout.destroy());
  const { code, stderr } = await job.ended;
  assert.deepEqual([code, stderr], [0, ""]);

  const child = spawn(process.execPath, [COMMAND, "--help"], { env: environment() });
  child.stdout.destroy();
  const [helpCode] = await new Promise((resolve) =>
    child.once("close", (...args) => resolve(args)),
  );
  assert.equal(helpCode, 0);
});

test("failures share a line though the id of a request contains the id of its batch", () => {
  const failed = ["b17", "b18"].map((id, index) => {
    const requestId = `req_${index}${id}x`;
    return {
      id,
      error: { message: `DELETE /${id}: 400 no (request id: ${requestId})`, requestId },
    };
  });
  const lines = failureLines({ failed, total: 2, unsent: 0 }, (_, text) => text);
  assert.equal(lines.length, 1, lines.join("\n"));
});
