// A relay in the process of the tests, and for each test a world of the emulator behind it.

import assert from "node:assert/strict";
import { after, before, beforeEach } from "node:test";
import { startEmulator } from "../runtimes/emulator.mjs";
import { newWorld } from "../runtimes/world.mjs";
import { relayTo, SIGNED_IN } from "./options.mjs";

export const LIST = "/api/v1/messages/batches";
export const BATCH = `${LIST}/msgbatch_1`;

let emulator;
export let world;
/** The errors that `onError` of the relay received in this test. */
export let errors;

before(async () => {
  emulator = await startEmulator();
});

after(() => emulator?.stop());

beforeEach(async () => {
  world = newWorld(emulator.origin);
  errors = [];
  await world.create({ id: "msgbatch_1" });
});

/** Sends a request to the relay, or to one with these options. */
export async function send(target, { relay, options, headers = {}, ...init } = {}) {
  const receiver =
    relay ?? relayTo(world.url, { onError: (error) => errors.push(error), ...options });
  const request = new Request(`https://relay.example${target}`, {
    headers: { [SIGNED_IN[0]]: SIGNED_IN[1], ...headers },
    ...init,
  });
  const response = await receiver(request);
  const text = await response.text();
  return { status: response.status, headers: Object.fromEntries(response.headers), text };
}

/** Asserts that the response is an error in the API's envelope. */
export async function envelope(response, status, type, message) {
  assert.equal(response.status, status, response.text);
  assert.deepEqual(JSON.parse(response.text), { type: "error", error: { type, message } });
}
