#!/usr/bin/env node
// The command `delete-message-batch`. Help and version load neither the library nor its wasm.

import { parse } from "./arguments.js";
import { EXIT, exitCodeOf, UsageError } from "./exit.js";

/** Each command, loaded when it is used: `run({ options, positionals })` resolves with an exit code. */
const COMMANDS = {
  delete: () => import("./delete.js"),
  purge: () => import("./purge.js"),
  list: () => import("./list.js"),
  cancel: () => import("./cancel.js"),
};

// Nobody reads stderr any more: nothing is left to report it to.
process.stderr.on("error", () => {});

// Exits: an input that is still open would keep the process alive.
process.exit(await main(process.argv.slice(2)));

async function main(args) {
  try {
    const { command, options = {}, positionals } = parse(args);
    if (command === "version") return await print(`${await version()}\n`);
    if (command === undefined || command === "help" || options.help) {
      return await showHelp(command, positionals);
    }
    const [{ watchSignals }, { run }] = await Promise.all([
      import("./interrupt.js"),
      COMMANDS[command](),
    ]);
    watchSignals();
    return await run({ options, positionals });
  } catch (error) {
    return await fail(error);
  }
}

async function showHelp(command, positionals) {
  const { help, shortHelp } = await import("./help.js");
  if (command === undefined) {
    process.stderr.write(`${shortHelp()}\n`);
    return EXIT.usage;
  }
  const { painter } = await import("./text.js");
  return print(help(command === "help" ? positionals[0] : command, painter(process.stdout)));
}

async function print(text) {
  const { openOutput } = await import("./output.js");
  const output = openOutput();
  output.write(text);
  return output.end(EXIT.ok);
}

async function version() {
  const { readFile } = await import("node:fs/promises");
  return JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8")).version;
}

/** One line, with the API's own message and the request's id. */
async function fail(error) {
  const { messageOf, painter, printable } = await import("./text.js");
  const line = printable(messageOf(error));
  process.stderr.write(`${painter(process.stderr)("red", "error:")} ${line}\n`);
  if (error instanceof UsageError && error.command) {
    process.stderr.write(`See: delete-message-batch ${error.command} --help\n`);
  }
  return exitCodeOf(error);
}
