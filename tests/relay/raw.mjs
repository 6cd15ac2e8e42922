// Sends a request byte for byte: fetch, and any other client, would tidy it.

import { connect } from "node:net";

const LIMIT_MS = 120_000;

/**
 * @param {{ host: string, port: number }} address
 * @param {string} bytes each character one byte
 * @returns {Promise<{ status: number, headers: Record<string, string>, body: string }>} the first
 * response; status 0 if the connection was closed without one
 */
export function sendRaw({ host, port }, bytes) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    let received = "";
    socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error(`no end after ${LIMIT_MS} ms`)));
    socket.setEncoding("latin1").on("data", (text) => {
      received += text;
      // Not every server closes the connection at once, though the request says so.
      if (isWhole(received, bytes.startsWith("HEAD "))) socket.destroy();
    });
    // A server may close while it is still being written to.
    socket.on("error", (error) => {
      if (["ECONNRESET", "EPIPE"].includes(error.code)) resolve(parse(received));
      else reject(error);
    });
    socket.on("close", () => resolve(parse(received)));
    socket.on("connect", () => socket.write(bytes, "latin1"));
  });
}

function isWhole(received, isHead) {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const { headers, status } = parse(received);
  if (isHead || status === 204) return true;
  const length = headers["content-length"];
  if (length !== undefined) return received.length >= end + 4 + Number(length);
  return headers["transfer-encoding"] === "chunked" && received.endsWith("\r\n0\r\n\r\n");
}

/** A request's bytes. The headers are pairs, and come as they stand. */
export function requestBytes({ method, target, headers, body = "" }) {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join("")}connection: close\r\n\r\n${body}`;
}

function parse(received) {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return { status: 0, headers: {}, body: "" };
  const [first, ...lines] = received.slice(0, end).split("\r\n");
  const headers = Object.fromEntries(
    lines
      .map((line) => line.split(/:\s*(.*)/s))
      .map(([name, value]) => [name.toLowerCase(), value]),
  );
  const rest = received.slice(end + 4);
  // Another response may follow: to a request that came within this one.
  const whole = rest.slice(0, Number(headers["content-length"] ?? rest.length));
  const body = headers["transfer-encoding"] === "chunked" ? unchunked(rest) : whole;
  return { status: Number(first.split(" ")[1]), headers, body };
}

function unchunked(text) {
  const [, size, rest] = /^([0-9a-f]+)\r\n(.*)$/is.exec(text) ?? [undefined, "0", ""];
  const length = Number.parseInt(size, 16);
  return length === 0 ? "" : rest.slice(0, length) + unchunked(rest.slice(length + 2));
}
