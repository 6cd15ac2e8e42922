// A page of one origin, a relay on another, the API behind it: with preflights, and a cookie as
// sign-in, as browsers have them.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/shared/run.mjs";
import { SECRET } from "../relay/options.mjs";
import { serveInNode } from "../relay/serve.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { launchChromium } from "./launch.mjs";

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

test("a page deletes through a relay of another origin, if that is allowed", async (t) => {
  const emulator = await startEmulator();
  t.after(emulator.stop);
  const world = newWorld(emulator.origin);
  const site = await servePackage();
  t.after(site.stop);
  const relay = await serveInNode(world.url, {
    allowedOrigins: [site.origin],
    authorize: (request) => request.headers.get("cookie") === "session=visitor",
  });
  t.after(relay.stop);
  const browser = await launchChromium();
  t.after(() => browser.close());
  const context = await browser.newContext();
  const url = `http://${relay.host}:${relay.port}`;

  const page = await context.newPage();
  await page.goto(site.origin);
  const [{ id }] = (await world.create()).batches;
  assert.deepEqual(await deleteIn(page, id, url), { code: "permission", status: 403 });
  assert.deepEqual((await world.requests()).requests, []);

  await context.addCookies([{ name: "session", value: "visitor", url }]);
  await world.faults([
    { match: { method: "DELETE" }, status: 529, headers: { "retry-after-ms": "5" } },
  ]);
  assert.deepEqual(await deleteIn(page, id, url), { id, type: "message_batch_deleted" });
  const { requests } = await world.requests();
  assert.deepEqual(
    requests.map(({ method, status }) => [method, status]),
    [
      ["DELETE", 529],
      ["DELETE", 200],
    ],
    "the page's client retries",
  );
  for (const { headers } of requests) {
    const sent = new Headers(headers);
    assert.equal(sent.get("x-api-key"), SECRET);
    for (const name of ["cookie", "origin", "referer"]) assert.equal(sent.get(name), null, name);
  }

  const missing = await deleteIn(page, id, url);
  assert.match(missing.requestId, /^req_/, "it can read the header");
  assert.equal(missing.code, "not_found");

  // The same page, from an address that is not on the list.
  const foreign = await context.newPage();
  await foreign.goto(site.origin.replace("127.0.0.1", "localhost"));
  await world.clearRequests();
  assert.equal((await deleteIn(foreign, id, url)).code, "connection");
  assert.deepEqual((await world.requests()).requests, []);
});

function deleteIn(page, id, url) {
  return page.evaluate(
    async ({ id, url }) => {
      const { deleteBatch } = await import("/pkg/entry/url.js");
      try {
        return await deleteBatch(id, {
          baseURL: `${url}/api`,
          apiKey: null,
          maxRetries: 1,
          fetch: (input, init) => fetch(input, { ...init, credentials: "include" }),
        });
      } catch ({ code, status, requestId }) {
        return { code, ...(status && { status }), ...(requestId && { requestId }) };
      }
    },
    { id, url },
  );
}

/** A page, and the package. */
async function servePackage() {
  const server = createServer(async ({ url }, response) => {
    try {
      if (!url.startsWith("/pkg/")) {
        response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>x");
        return;
      }
      const file = await readFile(join(ROOT, url));
      response.writeHead(200, { "content-type": TYPES[extname(url)] }).end(file);
    } catch {
      response.writeHead(404).end();
    }
  });
  // Any address, so that "localhost" also reaches it.
  await new Promise((resolve) => server.listen(0, resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
