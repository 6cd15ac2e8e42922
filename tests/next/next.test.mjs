// The files of docs/next.md in a real Next.js, with the packed package, hosted by itself: the page deletes a
// batch through its relay, by names that the server does not know, with and without a proxy; another site's
// page deletes nothing.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer, request } from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { deleteBatch } from "delete-message-batch";
import { launchChromium } from "../browsers/launch.mjs";
import { pack } from "../packaging/projects.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { freePort } from "../runtimes/free-port.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { buildExample, environment, MAJORS } from "./install.mjs";

const SESSION = "the-session-of-a-visitor";
const KEY = "sk-ant-of-the-next-server";
const STARTS_WITHIN_MS = 180_000;
/** Names of this machine that only this browser knows. */
const [HOST, PROXY, EVIL] = ["batches.example", "proxied.example", "evil.example"];

let packed;
let browser;
let emulator;
before(async () => {
  [packed, emulator] = await Promise.all([pack(), startEmulator()]);
  const rules = [HOST, PROXY, EVIL].map((name) => `MAP ${name} 127.0.0.1`).join(",");
  browser = await launchChromium([`--host-resolver-rules=${rules}`]);
});
after(async () => {
  await browser?.close();
  await emulator?.stop();
  await packed?.remove();
});

for (const major of MAJORS) {
  test(`Next ${major}`, { timeout: 900_000 }, async (t) => {
    const world = newWorld(emulator.origin);
    const next = await startNext(t, await buildExample(major, packed), world.url);
    const context = await browser.newContext();
    t.after(() => context.close());
    const own = `http://${HOST}:${next}`;
    const proxied = `http://${PROXY}:${await startProxy(t, next)}`;
    for (const url of [own, proxied]) {
      await context.addCookies([{ name: "session", value: SESSION, url }]);
    }

    for (const [name, origin] of Object.entries({ own, proxied })) {
      await t.test(`the page's button deletes the batch: ${name}`, async () => {
        const [{ id }] = (await world.create()).batches;
        await world.clearRequests();
        const page = await context.newPage();
        await page.goto(origin);
        await page.getByRole("listitem").filter({ hasText: id }).getByRole("button").click();
        await page
          .getByRole("status")
          .filter({ hasText: `${id} is deleted` })
          .waitFor();
        const sent = (await world.requests()).requests.map(({ method, headers, status }) => {
          return [method, status, new Headers(headers).get("x-api-key")];
        });
        assert.deepEqual(sent, [
          ["GET", 200, KEY],
          ["DELETE", 200, KEY],
        ]);
        assert.equal((await world.batches()).batches.length, 0);
        await page.close();
      });
    }

    await t.test("a batch that is gone already is not there, not deleted", async () => {
      const [{ id }] = (await world.create()).batches;
      const page = await context.newPage();
      await page.goto(own);
      const button = page.getByRole("listitem").filter({ hasText: id }).getByRole("button");
      await button.waitFor();
      await deleteBatch(id, { apiKey: KEY, baseURL: world.url });
      await button.click();
      await page
        .getByRole("status")
        .filter({ hasText: `${id} is not there` })
        .waitFor();
      await page.close();
    });

    await t.test("a page of another site is refused, and so is who is not signed in", async () => {
      const [{ id }] = (await world.create()).batches;
      await world.clearRequests();
      const batch = `/api/v1/messages/batches/${id}`;
      const evil = await context.newPage();
      await evil.goto(`http://${EVIL}:${await startSite(t)}`);
      // One request with a preflight, and one without.
      const errors = await evil.evaluate(async (url) => {
        const cross = { mode: "no-cors", credentials: "include" };
        const attempts = [
          fetch(url, { method: "DELETE", credentials: "include" }),
          fetch(`${url}/cancel`, { method: "POST", ...cross }),
        ];
        return (await Promise.allSettled(attempts)).map(({ status }) => status);
      }, own + batch);
      assert.deepEqual(errors, ["rejected", "fulfilled"]);
      // The same as a browser says it, with the visitor's cookie, whatever the cookie's SameSite is.
      const cookie = `session=${SESSION}`;
      for (const [headers, reason] of [
        [{ cookie, origin: `http://${EVIL}` }, /^relay: .*http:\/\/evil\.example/],
        [{ cookie, origin: "null" }, /^relay: /],
        [{ cookie, "sec-fetch-site": "cross-site" }, /^relay: /],
        // Its own only by the host that the browser used.
        [{ cookie, origin: own, host: `127.0.0.1:${next}` }, /^relay: .*the relay's own is /],
        [{ cookie: "session=wrong", origin: own }, /^relay: /],
        [{}, /^relay: /],
      ]) {
        const { status, body } = await send(next, "DELETE", batch, {
          host: `${HOST}:${next}`,
          ...headers,
        });
        assert.equal(status, 403, body);
        assert.match(JSON.parse(body).error.message, reason);
      }
      assert.deepEqual((await world.requests()).requests, []);
      assert.equal((await world.batches()).batches.length, 1);
    });
  });
}

/** `next start`; resolves with its port. */
async function startNext(t, { folder, command }, baseURL) {
  const port = await freePort();
  const args = [command, "start", "--hostname", "0.0.0.0", "--port", `${port}`];
  const env = environment({ ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: baseURL, SESSION });
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: "pipe" });
  let output = "";
  const keep = (text) => {
    output += text;
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  const ended = new Promise((resolve) => child.once("close", resolve));
  t.after(() => {
    child.kill();
    return ended;
  });
  const limit = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    const isUp = await fetch(`http://127.0.0.1:${port}/`).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return port;
    assert.equal(child.exitCode, null, output);
    assert.ok(performance.now() < limit, `Next did not start in time:\n${output}`);
    await sleep(100);
  }
}

/** A proxy that many sites run before Next: it ends TLS, and names the browser's host in another header. */
async function startProxy(t, port) {
  return await serve(t, (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const forwarded = {
      ...headers,
      host: `127.0.0.1:${port}`,
      "x-forwarded-host": headers.host,
      "x-forwarded-proto": "https",
    };
    const call = request({ host: "127.0.0.1", port, method, path: url, headers: forwarded });
    call.once("response", (response) => {
      outgoing.writeHead(response.statusCode, response.headers);
      response.pipe(outgoing);
    });
    call.once("error", () => outgoing.destroy());
    incoming.pipe(call);
  });
}

const startSite = (t) =>
  serve(t, (_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>x");
  });

async function serve(t, handle) {
  const server = createServer(handle);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return server.address().port;
}

/** Sends a request with any headers at all; resolves with `{ status, body }`. */
function send(port, method, path, headers) {
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text) => {
        body += text;
      });
      response.once("end", () => resolve({ status: response.statusCode, body }));
    });
    call.once("error", reject);
    call.end();
  });
}
