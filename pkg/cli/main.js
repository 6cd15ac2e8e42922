#!/usr/bin/env node
// The command `delete-message-batch`. Help and version load neither the library nor its wasm.

import { parse } from "./arguments.js";
import { NAME } from "./commands.js";
import { EXIT, exitCodeOf } from "./exit.js";
import { beQuiet, print } from "./progress.js";
import { messageOf, painter, printable } from "./text.js";

/** Each command, loaded on use: `run({ options, positionals })` resolves with an exit code. */
const COMMANDS = {
  delete: () => import("./delete.js"),
  purge: () => import("./purge.js"),
  list: () => import("./list.js"),
  cancel: () => import("./cancel.js"),
  completion: () => import("./completion.js"),
};

// If its reader has closed stderr, the error can't be reported.
process.stderr.on("error", () => {});

// Exits explicitly, because an open input would keep the process alive.
process.exit(await main(process.argv.slice(2)));

async function main(args) {
  // For an error of the command line itself.
  if (args.includes("--no-color")) process.env.NO_COLOR = "1";
  let given;
  try {
    const { command, options, positionals } = parse(args);
    given = options;
    if (options.quiet) beQuiet();
    if (options.version || options.help || !Object.hasOwn(COMMANDS, command ?? "")) {
      return await showHelp({ command, options, positionals });
    }
    const [{ watchSignals }, { run }] = await Promise.all([
      import("./interrupt.js"),
      COMMANDS[command](),
    ]);
    watchSignals();
    return await run({ options, positionals });
  } catch (error) {
    return await fail(error, given);
  }
}

/** Prints the version, the help, or a few lines if there is no command. */
async function showHelp({ command, options, positionals: [topic] }) {
  const { help, manifest, shortHelp } = await import("./help.js");
  if (!command && !options.help && !options.version) {
    print(shortHelp());
    return EXIT.usage;
  }
  const { openOutput } = await import("./output.js");
  const output = openOutput();
  if (options.version) output.write(`${manifest().version}\n`);
  else {
    const isOfHelp = command === "help" && !options.help;
    output.write(help(isOfHelp ? topic : command, painter(process.stdout)));
  }
  return output.end(EXIT.ok);
}

/** Prints one line, with the API's own message and the request's id; then the valid names, or a reference to the help. */
async function fail(error, options) {
  print(`${painter(process.stderr)("red", "error:")} ${printable(messageOf(error, options))}`);
  const { command, list } = error;
  if (list) {
    const { wrap } = await import("./help.js");
    print(wrap(`${list[0]}: ${list[1].join(", ")}`, 80).join("\n"));
  } else if (command) print(`See: ${NAME} ${command} --help`);
  return exitCodeOf(error);
}
