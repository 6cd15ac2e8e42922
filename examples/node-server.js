// A relay in Node: node node-server.js. Environment: ANTHROPIC_API_KEY, RELAY_TOKEN, PORT. A visitor's page calls:
// deleteBatch(id, { baseURL: "/api", authToken: token, dangerouslyAllowBrowser: true })
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { pipeline } from "node:stream/promises";
import { createRelay } from "delete-message-batch";

const { PORT = 8787, ORIGIN = `http://127.0.0.1:${PORT}` } = process.env;
const digest = (text) => createHash("sha256").update(`${text}`).digest();
const expected = digest(`Bearer ${process.env.RELAY_TOKEN || crypto.randomUUID()}`);
// Your own sign-in belongs here: a client that passes it can delete batches. No token: no client passes.
const authorize = ({ headers }) => timingSafeEqual(digest(headers.get("authorization")), expected);
const relay = createRelay({ basePath: "/api", authorize });
createServer(async ({ method, url, headers }, response) => {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    const found = await relay(new Request(ORIGIN + url, { method, headers, signal: gone.signal }));
    response.writeHead(found.status, Object.fromEntries(found.headers));
    await pipeline(found.body ?? [], response);
  } catch {
    response.headersSent ? response.destroy() : response.writeHead(400).end();
  }
}).listen(PORT, "127.0.0.1");
