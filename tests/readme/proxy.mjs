// A proxy, and a server with a certificate of its own CA, on this machine. The key of that CA does not exist any more.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { createServer as createTlsServer } from "node:tls";

const file = (name) => new URL(`tls/${name}.pem`, import.meta.url);
export const CA = file("ca");

/** Listens on a free port of this machine; resolves with the port. */
const listen = (server) =>
  new Promise((resolve) => server.listen(0, "localhost", () => resolve(server.address().port)));

function join(one, other) {
  for (const socket of [one, other]) {
    socket.once("error", () => one.destroy());
    socket.once("close", () => (socket === one ? other : one).destroy());
  }
  one.pipe(other).pipe(one);
}

/** Starts both, in front of the server at `origin`. `connected` lists the hosts that the proxy has connected to. */
export async function startProxy(origin) {
  const { hostname, port } = new URL(origin);
  const secure = createTlsServer(
    { cert: readFileSync(file("cert")), key: readFileSync(file("key")) },
    (socket) => join(socket, connect(port, hostname)),
  );
  secure.on("tlsClientError", () => {});
  const connected = [];
  const proxy = createServer().on("connect", ({ url }, socket) => {
    connected.push(url);
    const upstream = connect(Number(url.split(":").at(-1)), "localhost", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      join(socket, upstream);
    });
  });
  const securePort = await listen(secure);
  return {
    url: `http://localhost:${await listen(proxy)}`,
    host: `localhost:${securePort}`,
    connected,
    stop: () => {
      proxy.close();
      secure.close();
      proxy.closeAllConnections();
    },
  };
}
