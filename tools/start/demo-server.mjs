// One origin for the page, the package that it imports, and the relay.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { pipeline } from "node:stream";
import { ROOT } from "../run.mjs";
import { Stop } from "../say.mjs";
import { relay } from "./relay.mjs";

/** Loopback only: whoever reaches this server can delete batches. */
const HOST = "127.0.0.1";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** Names without a leading dot, so that no path leaves its folder. */
const FILE = /^(?:\/[\w-][\w.-]*)+$/;

const HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    // To compile the package, and nothing else that evaluates.
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cache-control": "no-cache",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Takes the port. Requests wait until `serve` is called with what the relay needs.
 * @returns {Promise<{ origin: string, serve: (api: object) => void, stop: () => void }>}
 */
export async function listen(port) {
  let serve;
  const ready = new Promise((resolve) => {
    serve = resolve;
  });
  const server = createServer(async (request, response) => {
    const api = await ready;
    await answer(request, response, api);
  });
  await new Promise((resolve, reject) => {
    server.once("error", (error) => reject(whyNotListening(error, port)));
    server.listen(port, HOST, resolve);
  });
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://${HOST}:${server.address().port}`, serve, stop };
}

function whyNotListening(error, port) {
  const another = `Choose another port, such as: npm start -- --port ${port === 4200 ? 4300 : 4200}`;
  if (error.code === "EADDRINUSE") return new Stop(`Port ${port} is taken. ${another}`);
  return new Stop(`Can't listen on port ${port}: ${error.message}. ${another}`);
}

async function answer(request, response, api) {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  // A foreign name that resolves to this machine would make a foreign page same-origin.
  const { port } = request.socket.address();
  if (![`${HOST}:${port}`, `localhost:${port}`].includes(request.headers.host)) {
    return text(response, 421, "This server is http://127.0.0.1 only.");
  }
  if (request.url.startsWith("/api/")) {
    return relay(request, response, request.url.slice("/api".length), api);
  }
  if (!["GET", "HEAD"].includes(request.method)) return text(response, 405, "GET or HEAD only.");
  const path = filePath(request.url.split("?")[0]);
  const found = path && (await stat(path).catch(() => undefined));
  if (!found?.isFile()) return text(response, 404, "There is nothing here.");
  response.writeHead(200, { "content-type": TYPES[extname(path)], "content-length": found.size });
  if (request.method === "HEAD") return response.end();
  pipeline(createReadStream(path), response, () => {});
}

function filePath(path) {
  if (path === "/") return join(ROOT, "www/index.html");
  if (!FILE.test(path) || !(extname(path) in TYPES)) return undefined;
  return path.startsWith("/pkg/") ? join(ROOT, path) : join(ROOT, "www", path);
}

function text(response, status, words) {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${words}\n`);
}
