// Runs random cases in this process, many side by side. The seed decides the cases.

import { deleteBatch } from "delete-message-batch";
import fc from "fast-check";
import { oneCase, perform } from "./cases.mjs";
import { Violation } from "./invariants.mjs";
import { ID } from "./responses.mjs";
import { rarely } from "./values.mjs";

/** How many run side by side: most of them wait for something that never comes. */
const TOGETHER = 100;

/** Properties that other code may have set on the prototype of all objects, and that Node itself tolerates. */
const POLLUTION = {
  ...{ apiKey: "evil", baseURL: "http://evil.example", ANTHROPIC_BASE_URL: "http://evil.example" },
  ...{ cause: new Error("evil"), failure: { code: "evil", message: "evil" }, report: { evil: 1 } },
  ...{ code: "evil", type: "message_batch_deleted", id: ID, ifMissing: "ignore", pageSize: 0 },
};

const polluted = rarely(10, fc.constantFrom(...Object.keys(POLLUTION)));

/** The cases of a seed, in groups: `{ cases, pollution }`. */
function* groups(seed, count) {
  for (let done = 0; done < count; done += TOGETHER) {
    const numRuns = Math.min(TOGETHER, count - done);
    const cases = fc.sample(oneCase, { seed: seed + done, numRuns });
    const [pollution] = fc.sample(polluted, { seed: seed + done, numRuns: 1 });
    yield { cases, pollution };
  }
}

/**
 * Runs `count` cases, or the cases of a group one by one, and calls `progress` before each group.
 * Rejects with a `Violation`, which has the case.
 */
export async function run({ seed, count, group, progress }) {
  const strays = [];
  const stray = (error) => strays.push(error);
  // If a case's options are not an object, the defaults apply, and no request may leave this process.
  globalThis.fetch = () => Promise.reject(new TypeError("there is no network"));
  delete process.env.ANTHROPIC_API_KEY;
  process.on("unhandledRejection", stray);
  process.on("uncaughtException", stray);
  for (const { cases, pollution } of group ? oneByOne(group) : groups(seed, count)) {
    progress({ cases, pollution });
    await under(pollution, () => Promise.all(cases.map(perform)));
    // A late rejection arrives within a turn.
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (strays.length > 0) throw new Violation("an error was not caught", cases, strays[0]);
    await assertStillGood(cases);
  }
}

function* oneByOne({ cases, pollution }) {
  for (const each of cases) yield { cases: [each], pollution };
}

async function under(name, perform) {
  if (name) Object.prototype[name] = POLLUTION[name];
  try {
    return await perform();
  } finally {
    if (name) delete Object.prototype[name];
  }
}

/** After whatever came before, a good call is a good call. */
async function assertStillGood(cases) {
  const document = { id: ID, type: "message_batch_deleted" };
  const fetch = async () => Response.json(document);
  const result = await deleteBatch(ID, { apiKey: "k", baseURL: "http://h", fetch });
  if (JSON.stringify(result) !== JSON.stringify(document)) {
    throw new Violation("the next call fails", cases, result);
  }
}
