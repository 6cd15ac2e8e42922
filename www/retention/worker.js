// Requests to the Worker about retention.

import { ofWorkspace } from "../app/workspace.js";

export const send = (method, path, body) =>
  fetch(ofWorkspace(path), { method, ...(body && { body: JSON.stringify(body) }) });

export async function call(method, path, given) {
  const response = await send(method, path, given);
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw failureOf(response, body);
}

export const failureOf = ({ status }, { message }) =>
  new Error(message ?? `The Worker responded with ${status}.`);
