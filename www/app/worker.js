// Requests to the Worker itself, beside the relay's: retention, holds, the ledger.

import { ofWorkspace } from "./workspace.js";

export const send = (method, path, body, signal) =>
  fetch(ofWorkspace(path), { method, signal, ...(body && { body: JSON.stringify(body) }) });

/** Returns the document of a response, empty if it is not JSON. */
export const documentOf = (response) => response.json().catch(() => ({}));

export async function call(method, path, given) {
  const response = await send(method, path, given);
  const body = await documentOf(response);
  if (response.ok) return body;
  throw failureOf(response, body);
}

export const failureOf = ({ status }, { message }) =>
  new Error(message ?? `The Worker responded with ${status}.`);
