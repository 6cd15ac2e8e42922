// `npm start` as a process: its output, its end, and the requests that its server accepts.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer, request as send } from "node:http";
import { basename } from "node:path";
import { after, before, test } from "node:test";
import { ROOT } from "../../tools/shared/run.mjs";
import { wasmFile } from "../packaging/wasm-file.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { until } from "../runtimes/until.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { runStart, startDemo } from "./demo.mjs";

/** A request that hangs, and the page's server, would never end. */
const ENDS_WITHIN_MS = 30_000;
const BATCHES = "/api/v1/messages/batches";

let demo;

before(async () => {
  demo = await startDemo();
});

after(() => demo?.kill("SIGKILL"));

test("a terminal alone shows a deletion", async () => {
  const output = demo.output();
  const [, id] = /deleteBatch\("(\w+)"/.exec(output);
  assert.match(output, new RegExp(`→ DELETE /v1/messages/batches/${id}\\?beta=true\n`));
  assert.match(output, /anthropic-version: 2023-06-01\n/);
  assert.match(output, /x-api-key: \(redacted\)\n/);
  assert.match(output, /← 200, request id req_\w+\n/);
  assert.ok(output.includes(JSON.stringify({ id, type: "message_batch_deleted" })));
  assert.match(output, /in [\d.]+ ms/);
  assert.doesNotMatch(output, /sk-ant/);
  assert.ok((await demo.emulator.state()).deleted.includes(id));
  const [, last] = /(\S+)\s*$/.exec(output);
  assert.equal(last, demo.origin, "the page's address comes last");
});

const REFUSED = {
  "another site's origin": [403, "DELETE", `${BATCHES}/x`, { origin: "http://evil.example" }],
  "a page without an origin": [403, "DELETE", `${BATCHES}/x`, { origin: "null" }],
  "a cross-site fetch": [403, "GET", BATCHES, { "sec-fetch-site": "cross-site" }],
  "a same-site fetch of another port": [403, "GET", BATCHES, { "sec-fetch-site": "same-site" }],
  "a foreign name for this machine": [403, "GET", BATCHES, { host: "evil.example" }],
  "another endpoint": [404, "GET", "/api/v1/models"],
  "the results": [404, "GET", `${BATCHES}/x/results`],
  "an encoded id": [404, "DELETE", `${BATCHES}/%2e%2e`],
  "an id of dots": [404, "DELETE", `${BATCHES}/..`],
  "a path that goes up": [404, "GET", `${BATCHES}/../../models`],
  "an empty id": [404, "DELETE", `${BATCHES}/`],
  "an unknown parameter": [400, "GET", `${BATCHES}?limit=1&api_key=x`],
  "a new batch": [405, "POST", BATCHES],
  "a cancelation by GET": [405, "GET", `${BATCHES}/x/cancel`],
  "a body": [400, "DELETE", `${BATCHES}/x`, { "content-length": "2" }, "{}"],
};

for (const [name, [status, ...call]] of Object.entries(REFUSED)) {
  test(`the relay refuses ${name}`, async () => {
    const before = (await demo.emulator.stats()).requests;
    const response = await ask(...call);
    assert.equal(response.status, status);
    assert.equal(JSON.parse(response.body).type, "error");
    assert.equal((await demo.emulator.stats()).requests, before, "nothing was sent on");
  });
}

test("the relay adds the key, and hands on neither cookies nor a key of the page's", async () => {
  const id = await demo.emulator.add({ status: "ended" });
  const response = await ask("GET", `${BATCHES}/${id}`, {
    cookie: "a=b",
    origin: demo.origin,
    "x-api-key": "sk-of-the-page",
    authorization: "Bearer of-the-page",
    "anthropic-beta": "one,two",
  });
  assert.equal(response.status, 200);
  assert.match(response.headers["request-id"], /^req_/);
  const [received] = await demo.emulator.requests(id);
  const headers = Object.fromEntries(
    received.headers.map(([name, value]) => [name.toLowerCase(), value]),
  );
  assert.deepEqual(Object.keys(headers).sort(), [
    "accept",
    "anthropic-beta",
    "anthropic-version",
    // The runtime adds it, and `pragma`, to a request that no cache may answer.
    "cache-control",
    "cf-worker",
    "host",
    "pragma",
    "x-api-key",
  ]);
  assert.equal(headers["anthropic-beta"], "one,two");
  assert.notEqual(headers["x-api-key"], "sk-of-the-page");
});

test("a response that breaks off also breaks off for the page", async () => {
  const id = await demo.emulator.add({ status: "ended" });
  await demo.emulator.fault({ match: { id }, truncate: 10 });
  await assert.rejects(ask("GET", `${BATCHES}/${id}`), { code: "ECONNRESET" });
});

test("the response to a deletion that breaks off is also lost for the page", async () => {
  const id = await demo.emulator.add({ status: "ended" });
  await demo.emulator.fault({ match: { id }, truncate: 10 });
  const { origin } = demo;
  const { status, body } = await ask("DELETE", `${BATCHES}/${id}`, { origin });
  assert.equal(status, 502);
  assert.equal(JSON.parse(body).type, "error");
});

test("files are served from the page's folders only", async () => {
  const page = await ask("GET", "/");
  assert.equal(page.status, 200);
  assert.match(page.headers["content-security-policy"], /default-src 'none'/);
  assert.match(page.headers["content-security-policy"], /script-src 'self' 'wasm-unsafe-eval';/);
  assert.match(page.headers["content-security-policy"], /require-trusted-types-for 'script'/);
  assert.match(page.headers["strict-transport-security"], /^max-age=31536000$/);
  const wasm = await ask("GET", `/pkg/wasm/${basename(wasmFile("full").path)}`);
  assert.equal(wasm.headers["content-type"], "application/wasm");
  for (const path of [
    "/../package.json",
    "/../tools/start/main.mjs",
    "/pkg/../tools/shared/say.mjs",
    "/pkg/package.json",
    "/%2e%2e/Cargo.toml",
    "/.git/config",
    "//etc/passwd",
    "/nothing.js",
  ]) {
    assert.equal((await ask("GET", path)).status, 404, path);
  }
});

test("a page of another site can't start a retention run", async () => {
  for (const headers of [
    { origin: "http://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ]) {
    assert.equal((await ask("POST", "/retention/jobs", headers)).status, 403);
  }
  assert.equal((await ask("GET", "/", { host: "evil.example" })).status, 421);
  assert.equal((await ask("POST", "/cdn-cgi/handler/scheduled")).status, 405);
});

test("--live puts the real API behind the page: nothing is deleted without a click", async (t) => {
  const emulator = await startEmulator();
  t.after(emulator.stop);
  const world = newWorld(emulator.origin);
  const [{ id }] = (await world.create({ ageSeconds: 60 * 86_400 })).batches;
  const environment = { ANTHROPIC_API_KEY: "sk-ant-live", ANTHROPIC_BASE_URL: world.url };
  const live = runStart(["--live", "--port", "0"], environment);
  t.after(() => live.kill("SIGKILL"));
  const [, origin] = await live.printed(/^ {2}(http:\/\/127\.0\.0\.1:\d+)$/m);
  assert.doesNotMatch(live.output(), /emulator|sk-ant|Deleting/);
  assert.match(live.output(), /^\nLIVE: the real API is behind this page/, "before anything else");
  assert.deepEqual(await (await fetch(`${origin}/config`)).json(), {
    live: true,
    operator: "operator",
    role: "configure",
    signOut: false,
    workspace: "default",
    host: new URL(world.url).host,
  });
  assert.equal((await (await fetch(`${origin}/retention`)).json()).rule, null);
  assert.equal((await fetch(`${origin}/retention/jobs`, { method: "POST" })).status, 503);
  assert.deepEqual((await world.requests()).requests, [], "nothing was asked, nothing deleted");

  const response = await fetch(`${origin}${BATCHES}/${id}`, { method: "DELETE" });
  assert.equal(response.status, 200);
  const { requests } = await world.requests();
  assert.equal(new Headers(requests[0].headers).get("x-api-key"), "sk-ant-live");
  assert.equal((await live.pressCtrlC()).code, 0);
});

test("--live without a key says which one", async () => {
  const started = runStart(["--live"], { ANTHROPIC_API_KEY: "", ANTHROPIC_AUTH_TOKEN: "" });
  assert.equal((await started.ended).code, 1);
  assert.match(started.output(), /set ANTHROPIC_API_KEY/);
});

test("a taken port is named, with the flag that changes it", async () => {
  const other = createServer();
  await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address();
  const second = runStart(["--port", `${port}`]);
  const { code } = await second.ended;
  other.close();
  assert.equal(code, 1);
  assert.match(second.output(), new RegExp(`Port ${port} is taken\\. .*npm start -- --port \\d+`));
  assert.doesNotMatch(second.output(), /emulator/, "nothing else was started");
});

for (const [args, words] of [
  [["--prot", "1"], /no option --prot/],
  [["--port", "x"], /--port takes a number from 0 to 65535, but got "x"/],
  [["--port"], /but got nothing/],
  [["4200"], /What is "4200"\?/],
  [["--live=false"], /--live takes no value, but got "false"/],
  [["--batches", "1e9"], /--batches takes a number from 1 to 100000, but got "1e9"/],
  [["--faults", "2"], /--faults takes a rate from 0 to 1, such as 0\.1, but got "2"/],
  [["--requests-per-minute", "0"], /--requests-per-minute takes a number from 1/],
  [["--live", "--faults", "0.1"], /--faults is for the emulator, not for --live/],
]) {
  test(`npm start -- ${args.join(" ")}`, async () => {
    const started = runStart(args);
    assert.equal((await started.ended).code, 1);
    assert.match(started.output(), words);
  });
}

test("more batches, faults and a rate limit", async (t) => {
  const other = await startDemo([
    "--batches",
    "300",
    "--faults",
    "0.5",
    "--requests-per-minute",
    "77",
  ]);
  t.after(() => other.kill("SIGKILL"));
  assert.ok((await other.emulator.state()).batches.length > 300);
  const { headers } = await fetch(`${other.origin}${BATCHES}?limit=1`);
  assert.equal(headers.get("anthropic-ratelimit-requests-limit"), "77");
  const statuses = await Promise.all(
    (await other.emulator.state()).batches.slice(-40).map(async ({ id }) => {
      const init = { method: "DELETE" };
      return fetch(`${other.origin}${BATCHES}/${id}`, init).then(({ status }) => status);
    }),
  );
  for (const status of [200, 403, 529]) assert.ok(statuses.includes(status), `${statuses}`);
});

test("npm start -- --help", async () => {
  const started = runStart(["--help"]);
  assert.equal((await started.ended).code, 0);
  assert.match(started.output(), /--port <number>/);
});

test("Ctrl-C during the build ends it", async () => {
  const started = runStart(["--port", "0"]);
  await started.printed(/•/);
  const { code, ms } = await started.pressCtrlC();
  assert.equal(code, 0, started.output());
  assert.ok(ms < ENDS_WITHIN_MS, `${ms} ms`);
});

test("SIGTERM ends everything", async () => {
  const other = await startDemo();
  await endsWell(other, await other.kill("SIGTERM"));
});

test("SIGKILL of its process alone ends workerd as well, which holds the key", async (t) => {
  const emulator = await startEmulator();
  t.after(emulator.stop);
  const environment = { ANTHROPIC_API_KEY: "sk-ant-live", ANTHROPIC_BASE_URL: emulator.origin };
  for (const args of [["--live"], []]) {
    const other = runStart(["--port", "0", ...args], environment);
    const [, origin] = await other.printed(/^ {2}(http:\/\/127\.0\.0\.1:\d+)$/m);
    assert.equal((await fetch(origin)).status, 200);
    await other.kill("SIGKILL");
    await untilRefused(origin);
  }
});

for (const signal of ["SIGINT", "SIGKILL"]) {
  test(`${signal} of npm start alone ends its processes`, {
    skip: process.platform === "win32",
  }, async (t) => {
    const npm = spawn("npm", ["start", "--", "--port", "0"], { cwd: ROOT, detached: true });
    t.after(() => {
      try {
        process.kill(-npm.pid, "SIGKILL");
      } catch {
        // All of them have ended.
      }
    });
    let output = "";
    npm.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    const printed = () => /^ {2}(http:\/\/127\.0\.0\.1:\d+)$/m.exec(output);
    const [, origin] = await until(printed, () => `an address, but ${output}`);
    npm.kill(signal);
    await untilRefused(origin);
  });
}

test("Ctrl-C ends everything, with connections open", async () => {
  const hanging = await demo.emulator.add({ status: "ended" });
  await demo.emulator.fault({ match: { id: hanging }, hang: true });
  const broken = assert.rejects(ask("GET", `${BATCHES}/${hanging}`));
  while ((await demo.emulator.requests(hanging)).length === 0);
  const ended = await demo.pressCtrlC();
  await broken;
  await endsWell(demo, ended);
});

async function endsWell({ origin, emulator, output }, { code, ms }) {
  assert.equal(code, 0, output());
  assert.ok(ms < ENDS_WITHIN_MS, `${ms} ms`);
  for (const url of [origin, emulator.origin]) {
    await assert.rejects(fetch(url), ({ cause }) => cause.code === "ECONNREFUSED", url);
  }
}

function untilRefused(origin) {
  const isRefused = ({ cause }) => cause.code === "ECONNREFUSED";
  return until(() => fetch(origin).then(() => false, isRefused), "a port that is free again");
}

/** A request as it is written here: `fetch` would tidy the path, and refuse the headers. */
function ask(method, path, headers = {}, body = undefined) {
  const { hostname, port } = new URL(demo.origin);
  return new Promise((resolve, reject) => {
    const call = send({ hostname, port, method, path, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode, headers: response.headers, body: text });
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}
