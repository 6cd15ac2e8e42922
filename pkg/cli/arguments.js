// From the command line to a command, its options and its positional arguments.

import { parseArgs } from "node:util";
import { COMMANDS } from "./commands.js";
import { isKey, withoutKeys } from "./credentials.js";
import { UsageError } from "./exit.js";

/** Names by which somebody might try to pass a key. Their values are never repeated. */
const KEY_OPTION =
  /^(?:anthropic[-_]?)?(?:x[-_])?(?:api[-_]?key|key|auth[-_]?token|token|authorization)$/i;

/**
 * `{ command, options, positionals }`. `command` is a name of COMMANDS, "help", "version", or
 * undefined where the command line is empty.
 */
export function parse(args) {
  const [first, ...rest] = args;
  if (first === undefined) return { command: undefined };
  if (["--help", "-h"].includes(first)) return { command: "help", positionals: [] };
  if (["--version", "-V"].includes(first)) return { command: "version" };
  if (first === "help") return { command: "help", positionals: rest.slice(0, 1).map(known) };
  if (first.startsWith("-") && first !== "-") {
    refuseKey(first.replace(/^-+/, "").split("=")[0]);
    throw new UsageError("the command comes first: delete, purge, list or cancel");
  }
  const command = known(first);
  return { command, ...parseOptions(command, rest) };
}

function known(name) {
  if (Object.hasOwn(COMMANDS, name)) return name;
  if (isKey(name)) refuseKey("key");
  throw new UsageError(`there is no command ${quoted(name)}${suggestion(name, COMMANDS)}`);
}

function parseOptions(command, args) {
  const specs = COMMANDS[command].options;
  const config = Object.fromEntries(
    Object.entries(specs).map(([name, { type, short, multiple = false }]) => [
      name,
      { type, multiple, ...(short && { short }) },
    ]),
  );
  // Not strict: the messages are this command's own, and never repeat the value of an option.
  const { tokens } = parseArgs({ args, options: config, strict: false, tokens: true });
  const options = {};
  const positionals = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind === "option") take(command, specs, token, options);
  }
  // Help comes before complaints about missing arguments.
  if (options.help) return { options, positionals: [] };
  for (const value of positionals) if (isKey(value)) refuseKey("key", command);
  return { options, positionals };
}

function take(command, specs, { name, rawName, value, inlineValue }, options) {
  if (!Object.hasOwn(specs, name)) {
    refuseKey(name, command);
    const hint = rawName.startsWith("--") ? suggestion(name, specs, "--") : "";
    throw new UsageError(`there is no option ${quoted(rawName)}${hint}`, command);
  }
  const { type, multiple, integer, value: wanted } = specs[name];
  if (type === "boolean") {
    if (inlineValue) throw new UsageError(`--${name} takes no value`, command);
    options[name] = true;
    return;
  }
  if (value !== undefined && isKey(value)) refuseKey("key", command);
  if (integer && value !== undefined && !/^\d{1,10}$/.test(value)) {
    throw new UsageError(`--${name} must be a whole number, not ${quoted(value)}`, command);
  }
  // "--file --json" has forgotten the file; "--file=--json" has not.
  if (value === undefined || (!inlineValue && value.startsWith("-") && value !== "-")) {
    throw new UsageError(`--${name} needs a value: --${name} ${wanted}`, command);
  }
  if (value === "") throw new UsageError(`--${name} must not be empty`, command);
  if (multiple) options[name] = [...(options[name] ?? []), value];
  else if (name in options) throw new UsageError(`--${name} is given twice`, command);
  else options[name] = integer ? Number(value) : value;
}

function refuseKey(name, command) {
  if (!KEY_OPTION.test(name)) return;
  throw new UsageError(
    "a key is no argument: everybody on this machine could read it in the list of processes. " +
      "Set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN, or use --key-file FILE",
    command,
  );
}

/** A text from the command line, safe to print: short, escaped, without anything like a key. */
function quoted(given) {
  const text = withoutKeys(given);
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function suggestion(given, names, prefix = "") {
  const near = Object.keys(names)
    .map((name) => ({ name, distance: distance(given, name) }))
    .filter(({ name, distance }) => distance <= Math.ceil(name.length / 3))
    .sort((a, b) => a.distance - b.distance);
  return near.length > 0 ? `: did you mean ${prefix}${near[0].name}?` : "";
}

/** How many characters must be inserted, removed or replaced. */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
