// `npm run bench:relay`: the time that a relay in workerd adds to a request, under load, beside the same
// requests sent to the emulator directly, and through a worker that only passes them on: workerd
// adds more than the relay does, and lets its memory grow with either. Fails if a request does.
// That the relay keeps nothing of a request is for tests/relay/memory.nightly.mjs to say, in a runtime
// whose garbage can be collected at will.

import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { build } from "../../tools/build/main.mjs";
import { main, Stop } from "../../tools/shared/say.mjs";
import { startEmulator } from "../runtimes/emulator.mjs";

const CONNECTIONS = 64;
const ROUNDS = 3;
const REQUESTS = 6_000;
const LIMIT_MS = 15_000;
const ID = "msgbatch_1";

await main(async () => {
  await build();
  // Only now: before the build there is no package to bundle.
  const { serveInWorkerd } = await import("../relay/serve.mjs");
  const emulator = await startEmulator({ args: ["--no-record"] });
  await fetch(`${emulator.origin}/_emulator/batches`, {
    method: "POST",
    body: JSON.stringify({ id: ID }),
  });
  const bare = await serveInWorkerd(emulator.origin, "../bench/bare-relay.mjs");
  const [bareId] = childrenNamed("workerd");
  const relay = await serveInWorkerd(emulator.origin);
  const relayId = childrenNamed("workerd").find((id) => id !== bareId);
  const { hostname, port } = new URL(emulator.origin);
  try {
    await compare({
      direct: { host: hostname, port, path: "" },
      bare: { ...bare, path: "/api", workerd: bareId },
      relay: { ...relay, path: "/api", workerd: relayId },
    });
  } finally {
    await Promise.all([bare, relay, emulator].map(({ stop }) => stop()));
  }
});

async function compare(targets) {
  const all = Object.fromEntries(
    Object.keys(targets).map((name) => [name, { times: [], memory: [], errors: 0 }]),
  );
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [name, target] of Object.entries(targets)) {
      const { times, errors, ms } = await load(target);
      all[name].errors += errors;
      if (target.workerd) all[name].memory.push(residentMb(target.workerd));
      // The first round warms up.
      if (round > 1) all[name].times.push(...times);
      const { p50, p99 } = percentiles(times);
      const rate = Math.round((times.length / ms) * 1_000);
      console.log(
        `round ${round}, ${name.padEnd(6)}  p50 ${ms2(p50)}  p99 ${ms2(p99)}  ${rate} requests/s`,
      );
    }
  }
  const { direct, bare, relay } = all;
  console.log(`\nadded at ${CONNECTIONS} connections, without the first round:`);
  const [none, by, ours] = [direct, bare, relay].map(({ times }) => percentiles(times));
  for (const [name, found] of Object.entries({ "workerd alone": by, "the relay in it": ours })) {
    console.log(
      `  ${name.padEnd(15)}  p50 ${ms2(found.p50 - none.p50)}  p99 ${ms2(found.p99 - none.p99)}`,
    );
  }
  const errors = direct.errors + bare.errors + relay.errors;
  console.log(`errors: ${errors} of ${3 * ROUNDS * REQUESTS} requests`);
  if (errors > 0) throw new Stop("Requests failed.");
  if (relay.memory.length === 0) return;
  for (const [name, { memory }] of Object.entries({ "workerd alone": bare, "the relay": relay })) {
    console.log(`memory after each round, ${name}: ${memory.join(", ")} MB`);
  }
}

/** Sends requests over all connections, each as soon as its last one has its response. */
async function load({ host, port, path }) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const headers = {
    authorization: "Bearer visitor",
    "anthropic-version": "2023-06-01",
  };
  const options = { host, port, agent, headers, path: `${path}/v1/messages/batches/${ID}` };
  const times = [];
  let [sent, errors] = [0, 0];
  const started = performance.now();
  const work = async () => {
    while (sent < REQUESTS && performance.now() - started < LIMIT_MS) {
      sent += 1;
      const start = performance.now();
      if ((await send(options)) !== 200) errors += 1;
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  agent.destroy();
  return { times, errors, ms: performance.now() - started };
}

/** Resolves with the status; 0 if the response was not complete. */
function send(options) {
  return new Promise((resolve) => {
    const call = request(options, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode));
      response.once("error", () => resolve(0));
    });
    call.once("error", () => resolve(0));
    call.end();
  });
}

function percentiles(times) {
  const sorted = Float64Array.from(times).sort();
  const at = (share) => sorted[Math.floor(share * (sorted.length - 1))];
  return { p50: at(0.5), p99: at(0.99) };
}

function ms2(ms) {
  return `${ms.toFixed(2)} ms`.padStart(9);
}

/** Returns the ids of this process's children; an empty list if the system does not list them. */
function childrenNamed(name) {
  try {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8");
    const ids = children.trim().split(" ");
    return ids.filter((id) => readFileSync(`/proc/${id}/comm`, "utf8").trim() === name);
  } catch {
    return [];
  }
}

function residentMb(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Math.round(Number(kilobytes) / 1_024);
}
