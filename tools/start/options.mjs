// The command line of `npm start`.

import { parseArgs } from "node:util";
import { Stop } from "../shared/say.mjs";

const DEFAULT_PORT = 4173;

const MOST_BATCHES = 100_000;
const MOST_REQUESTS = 1_000_000;

export const HELP = `npm start [-- --port <number>] [--batches <number>] [--faults <rate>]
          [--requests-per-minute <number>] [--live]

Builds the package, starts an emulator of the Message Batches API on this machine, deletes a batch
from Node, then runs a Worker with a page that lists batches and deletes them. It needs no key, and
no network once the dependencies are there.

  --port <number>      where the page is served: 0 to 65535, 0 for any free port (default: ${DEFAULT_PORT})
  --batches <number>   so many batches more, of all ages: up to ${MOST_BATCHES}
  --faults <rate>      which share of the deletions fails, from 0 to 1: overloaded, broken off, refused
  --requests-per-minute <number>
                       the emulator's rate limit, as the API has one
  --live               the real API behind the page, with the key of ANTHROPIC_API_KEY; nothing is deleted
                       without a click on the page
  --help               this text

A clean-up of ten thousand, with trouble:
  npm start -- --batches 10000 --faults 0.1 --requests-per-minute 1000`;

const OPTIONS = {
  port: { type: "string", read: number("a number", 0, 65_535) },
  batches: { type: "string", read: number("a number", 1, MOST_BATCHES) },
  faults: { type: "string", read: rate },
  "requests-per-minute": { type: "string", read: number("a number", 1, MOST_REQUESTS) },
  live: { type: "boolean", read: flag },
  help: { type: "boolean", short: "h", read: flag },
};
/** The options that need the emulator. */
const OF_EMULATOR = ["batches", "faults", "requests-per-minute"];

/** `{ port, live, help, batches?, faults?, requestsPerMinute? }`, or a Stop that describes the problem. */
export function readOptions(args) {
  const options = Object.fromEntries(
    Object.entries(OPTIONS).map(([name, { type, short }]) => [
      name,
      { type, ...(short && { short }) },
    ]),
  );
  // Not strict: Node's own messages speak of its API.
  const { tokens } = parseArgs({ args, strict: false, tokens: true, options });
  const read = { port: DEFAULT_PORT, live: false, help: false };
  for (const token of tokens) {
    if (token.kind === "positional") throw wrong(`What is ${JSON.stringify(token.value)}?`);
    if (token.kind !== "option") continue;
    const option = OPTIONS[token.name];
    if (!option) throw wrong(`There is no option ${token.rawName}.`);
    read[token.name] = option.read(`--${token.name}`, token.value);
  }
  const useless = read.live && OF_EMULATOR.find((name) => name in read);
  if (useless) throw wrong(`--${useless} is for the emulator, not for --live.`);
  const { "requests-per-minute": requestsPerMinute, ...rest } = read;
  return { ...rest, requestsPerMinute };
}

function number(kind, least, most) {
  return (name, text) => {
    const isWhole = /^\d{1,9}$/.test(text ?? "");
    if (isWhole && Number(text) >= least && Number(text) <= most) return Number(text);
    throw wrong(`${name} takes ${kind} from ${least} to ${most}, but got ${given(text)}.`);
  };
}

function rate(name, text) {
  if (/^(0|1|0?\.\d+|1\.0+)$/.test(text ?? "")) return Number(text);
  throw wrong(`${name} takes a rate from 0 to 1, such as 0.1, but got ${given(text)}.`);
}

/** `--live=false` must not be taken for `--live`. */
function flag(name, text) {
  if (text === undefined) return true;
  throw wrong(`${name} takes no value, but got ${given(text)}: leave it out, or write it alone.`);
}

const given = (text) => (text === undefined ? "nothing" : JSON.stringify(text));

const wrong = (message) => new Stop(`${message} See: npm start -- --help`);
