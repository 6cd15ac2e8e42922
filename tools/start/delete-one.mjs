// The package at work in Node: deletes one batch, and shows the request as it went over the wire.

import { Stop } from "../shared/say.mjs";

const BETAS = ["message-batches-2024-09-24"];
/** Sent by Node for every fetch, not by the package. */
const BY_NODE = ["host", "connection", "accept-language", "sec-fetch-mode", "user-agent"];
const SECRET = ["x-api-key", "authorization"];

export async function deleteOne({ emulator, apiKey }) {
  // Only now: before the build there is nothing to import.
  const { deleteBatch } = await import("delete-message-batch");
  const id = await oldestEnded(emulator);

  const started = performance.now();
  const deleted = await deleteBatch(id, { apiKey, baseURL: emulator, betas: BETAS });
  const ms = performance.now() - started;

  const [request] = (await control(emulator, `requests?batchId=${id}`)).requests;
  const { deleted: gone } = await control(emulator, "batches");
  if (!gone.includes(id)) throw new Stop(`The batch ${id} is still there.`);
  console.log(show({ id, request, deleted, ms }));
}

function show({ id, request, deleted, ms }) {
  const headers = request.headers.map(([name, value]) => [name, hide(name, value)]);
  const isOurs = ([name]) => !BY_NODE.includes(name) && name !== "accept-encoding";
  const others = headers.filter((header) => !isOurs(header)).map(([name]) => name);
  return `
${bold("Deleting a batch from Node")}

  import { deleteBatch } from "delete-message-batch";
  await deleteBatch("${id}", { apiKey, baseURL, betas });

${bold("→")} ${request.method} ${request.target}
${headers
  .filter(isOurs)
  .map(([name, value]) => `  ${name}: ${value}`)
  .join("\n")}
  ${dim(`and from Node itself: ${others.join(", ")}`)}
${bold("←")} ${request.status}, request id ${deleted._request_id}
  ${JSON.stringify(deleted)}
  in ${ms.toFixed(1)} ms, with loading the WebAssembly; the batch is gone`;
}

const hide = (name, value) => (SECRET.includes(name.toLowerCase()) ? "(redacted)" : value);

const hasColours = process.stdout.isTTY && !process.env.NO_COLOR;
const bold = (text) => (hasColours ? `\x1b[1m${text}\x1b[22m` : text);
const dim = (text) => (hasColours ? `\x1b[2m${text}\x1b[22m` : text);

async function oldestEnded(emulator) {
  const { batches } = await control(emulator, "batches");
  return batches.findLast((batch) => batch.processing_status === "ended").id;
}

async function control(emulator, path) {
  return (await fetch(`${emulator}/_emulator/${path}`)).json();
}
