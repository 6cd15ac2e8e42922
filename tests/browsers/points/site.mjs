// The Worker in front of a world of the emulator, at one address that can also be down, silent, refuse, or be
// another Worker's.

import { createServer, request as send } from "node:http";
import { pipeline } from "node:stream";
import { startWorker } from "../../../tools/start/worker.mjs";
import { startEmulator } from "../../runtimes/emulator.mjs";
import { newWorld } from "../../runtimes/world.mjs";
import { SECRET } from "../worker.mjs";

/**
 * @param {object} [wanted]
 * @param {boolean} [wanted.hasPlainCookies] for a browser that keeps no cookie which is for https alone,
 *   as this machine's address is plain http: it is another on the way
 */
export async function startSite({ hasPlainCookies = false } = {}) {
  const [front, emulator] = await Promise.all([startFront(hasPlainCookies), startEmulator()]);
  const world = newWorld(emulator.origin);
  const start = (vars) =>
    startWorker({
      vars: {
        DEMO: "emulator",
        ANTHROPIC_API_KEY: "sk-ant-worker",
        ANTHROPIC_BASE_URL: world.url,
        OPERATOR_SECRET: SECRET,
        RETENTION_DAYS: "14",
        ...vars,
      },
    });
  const worker = await start();
  front.target = worker.origin;
  return {
    origin: front.origin,
    world,
    /** `"up"`, `"down"`, `"silent"` or `"forbidden"`. */
    become: front.become,
    /** Puts a Worker with other variables in place, while `run` runs. */
    configured: async (vars, run) => {
      const other = await start(vars);
      front.target = other.origin;
      try {
        await run();
      } finally {
        front.target = worker.origin;
        await other.stop();
      }
    },
    /** As at the start. */
    clear: async () => {
      front.become("up");
      await world.reset();
    },
    stop: async () => {
      await front.stop();
      await worker.stop();
      await emulator.stop();
    },
  };
}

async function startFront(hasPlainCookies) {
  let is = "up";
  const open = new Set();
  const server = createServer((request, response) => {
    if (is === "down") return request.socket.destroy();
    open.add(response);
    response.once("close", () => open.delete(response));
    if (is === "silent") return;
    if (is === "forbidden") return response.writeHead(403).end();
    const { method, url, headers } = request;
    if (hasPlainCookies) {
      headers.cookie = (headers.cookie ?? "").replace("operator=", "__Host-operator=");
    }
    const onward = send(`${front.target}${url}`, { method, headers, agent: false });
    onward.once("response", (received) => {
      const cookies = received.headers["set-cookie"];
      if (cookies && hasPlainCookies) received.headers["set-cookie"] = cookies.map(plain);
      response.writeHead(received.statusCode, received.headers);
      // A response that breaks off also breaks off for the page.
      pipeline(received, response, () => {});
    });
    onward.once("error", () => response.destroy());
    response.once("close", () => onward.destroy());
    request.pipe(onward);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const front = {
    origin: `http://127.0.0.1:${server.address().port}`,
    target: undefined,
    /** A change breaks off the open responses, as the end of a server does. */
    become: (next) => {
      if (next === is) return;
      is = next;
      for (const response of open) response.destroy();
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return front;
}

const plain = (cookie) => cookie.replace("__Host-", "").replace(" Secure;", "");
