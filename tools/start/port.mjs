// The port of the page: held from the first moment, so that a port that is taken does not
// show only after a build.

import { createServer } from "node:net";
import { Stop } from "../shared/say.mjs";

/** Loopback only: each client that reaches this server can delete batches. */
export const HOST = "127.0.0.1";

/** @returns {Promise<{ port: number, release: () => Promise<void> }>} */
export async function holdPort(wanted) {
  const server = createServer((socket) => socket.destroy());
  await new Promise((resolve, reject) => {
    server.once("error", (error) => reject(whyNotListening(error, wanted)));
    server.listen(wanted, HOST, resolve);
  });
  const { port } = server.address();
  return { port, release: () => new Promise((resolve) => server.close(resolve)) };
}

function whyNotListening(error, port) {
  const another = `Choose another port, such as: npm start -- --port ${port === 4200 ? 4300 : 4200}`;
  if (error.code === "EADDRINUSE") return new Stop(`Port ${port} is taken. ${another}`);
  return new Stop(`Can't listen on port ${port}: ${error.message}. ${another}`);
}
