// The relay in each runtime of the tests.

import { createServer } from "node:http";
import { pipeline } from "node:stream/promises";
import { startWorker } from "../runtimes/workerd-start.mjs";
import { relayTo } from "./options.mjs";

/** In Node, behind a server that turns its requests into `Request`s, as frameworks do. */
export async function serveInNode(upstream, options) {
  const relay = relayTo(upstream, options);
  const server = createServer(async (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.once("close", () => gone.abort());
    try {
      const { method, headers } = incoming;
      const url = `http://127.0.0.1:${server.address().port}${incoming.url}`;
      const response = await relay(new Request(url, { method, headers, signal: gone.signal }));
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      await pipeline(response.body ?? [], outgoing);
    } catch {
      // The constructor of `Request` refuses some requests, for example a target that is not a path.
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(400).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: "127.0.0.1",
    port: server.address().port,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** In workerd, on a socket of its own: without the proxy that Miniflare puts in front of a worker. */
export async function serveInWorkerd(upstream, main = "worker-main.mjs") {
  const worker = await startWorker(new URL(main, import.meta.url), {
    bindings: { UPSTREAM: upstream },
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    compatibilityFlags: ["enable_request_signal"],
  });
  const { hostname, port } = await worker.miniflare.unsafeGetDirectURL();
  return { host: hostname, port: Number(port), stop: worker.stop };
}
