// Runs each scenario through both clients and describes the results.

import Anthropic from "@anthropic-ai/sdk";
import { deleteBatch } from "delete-message-batch";
import { ID, scenarios } from "./scenarios.mjs";

const KEY = "sk-test-SECRET";
/** After that long, a call counts as never ending. Three attempts and two waits last 8 s. */
const PATIENCE_MS = 30_000;

const clients = {
  ours: (id, { baseURL, timeout, signal }) =>
    deleteBatch(id, { baseURL, apiKey: KEY, timeout, signal }),
  // Async, because for some ids the SDK throws at the call.
  sdk: async (id, { baseURL, timeout, signal }) =>
    new Anthropic({ baseURL, apiKey: KEY, timeout }).messages.batches.delete(id, {}, { signal }),
};

/**
 * @param {(name: string) => Promise<object>} newWorld makes an isolated emulator world
 * @returns {Promise<Array<{ name: string, ours: string, sdk: string, why?: string }>>}
 */
export async function compareAll(newWorld) {
  return Promise.all(
    scenarios.map(async (scenario) => ({
      name: scenario.name,
      why: scenario.why,
      ours: await outcome(clients.ours, scenario, await newWorld()),
      sdk: await outcome(clients.sdk, scenario, await newWorld()),
    })),
  );
}

async function outcome(client, { batch = "ended", faults = [], id, timeout }, world) {
  if (batch) await world.create({ id: ID, status: batch });
  const target = `${world.url}/v1/messages/batches/msgbatch_elsewhere`;
  await world.faults(JSON.parse(JSON.stringify(faults).replaceAll("TARGET", target)));
  const controller = new AbortController();
  const shown = await Promise.race([
    client(id ?? ID, { baseURL: world.url, timeout, signal: controller.signal }).then(
      resolved,
      rejected,
    ),
    new Promise((resolve) =>
      setTimeout(resolve, PATIENCE_MS, `does not end within ${PATIENCE_MS / 1000} s`),
    ),
  ]);
  controller.abort();
  const { requests } = await world.requests();
  return `${shown}; ${requests.map(({ method }) => method).join(", ") || "nothing sent"}`;
}

function resolved(value) {
  if (value?.type === "message_batch_deleted" && value.id === ID)
    return "resolves with the deletion";
  if (typeof value === "string") return `resolves with a string of ${value.length}`;
  return `resolves with \`${JSON.stringify(value)}\``;
}

function rejected(error) {
  const { code, status } = error;
  // The SDK's errors name themselves by their class.
  const name = error.name === "BatchError" ? code : error.constructor.name;
  return `\`${name}\`${status ? ` (${status})` : ""}`;
}
