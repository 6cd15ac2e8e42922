// The command line of `npm start`.

import { parseArgs } from "node:util";
import { Stop } from "../shared/say.mjs";

const DEFAULT_PORT = 4173;

export const HELP = `npm start [-- --port <number>] [--live]

Builds the package, starts an emulator of the Message Batches API on this machine, deletes a batch
from Node, then runs a Worker with a page that lists batches and deletes them. It needs no key, and
no network once the dependencies are there.

  --port <number>  where the page is served: 0 to 65535, 0 for any free port (default: ${DEFAULT_PORT})
  --live           the real API behind the page, with the key of ANTHROPIC_API_KEY; nothing is deleted
                   without a click on the page
  --help           this text`;

/** `{ port, live, help }`, or a Stop that describes the problem. */
export function readOptions(args) {
  // Not strict: Node's own messages speak of its API.
  const { tokens } = parseArgs({ args, strict: false, tokens: true, options: OPTIONS });
  const read = { port: DEFAULT_PORT, live: false, help: false };
  for (const token of tokens) {
    if (token.kind === "positional") throw wrong(`What is ${JSON.stringify(token.value)}?`);
    if (token.kind !== "option") continue;
    if (token.name === "port") read.port = readPort(token.value);
    else if (token.name === "live") read.live = true;
    else if (token.name === "help") read.help = true;
    else throw wrong(`There is no option ${token.rawName}.`);
  }
  return read;
}

const OPTIONS = {
  port: { type: "string" },
  live: { type: "boolean" },
  help: { type: "boolean", short: "h" },
};

function readPort(text) {
  if (/^\d{1,5}$/.test(text ?? "") && Number(text) <= 65_535) return Number(text);
  const given = text === undefined ? "nothing" : JSON.stringify(text);
  throw wrong(`--port takes a number from 0 to 65535, but got ${given}.`);
}

const wrong = (message) => new Stop(`${message} See: npm start -- --help`);
