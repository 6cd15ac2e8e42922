// Parses the command line into a command, its options and its positional arguments.

import { parseArgs } from "node:util";
import { COMMANDS, OPTIONS, optionsOf, placeholderOf } from "./commands.js";
import { isKey } from "./credentials.js";
import { UsageError } from "./exit.js";
import { quoted } from "./text.js";

/** Names that a user might try for a key. No message repeats their values. */
const KEY_OPTION =
  /^(?:anthropic[-_]?)?(?:x[-_])?(?:api[-_]?key|key|auth[-_]?token|token|authorization)$/i;

const CONFIG = Object.fromEntries(
  Object.entries(OPTIONS).map(([name, { value, short, multiple = false }]) => [
    name,
    { type: value ? "string" : "boolean", multiple, ...(short && { short }) },
  ]),
);

/** Returns `{ command, options, positionals }`. Without a command, `command` is undefined. */
export function parse(args) {
  // Not strict, because the messages of this command name its options.
  const { tokens } = parseArgs({ args, options: CONFIG, strict: false, tokens: true });
  const first = tokens.find(({ kind }) => kind === "positional");
  const command = Object.hasOwn(COMMANDS, first?.value) ? first.value : undefined;
  const options = {};
  const positionals = [];
  for (const token of tokens) {
    if (token === first) known(first.value);
    else if (token.kind === "positional") positionals.push(token.value);
    if (token.kind === "option") take(command, token, options);
  }
  // The help precedes errors about arguments.
  if (options.help || options.version) return { command, options, positionals: [] };
  if (command === "help" && positionals.length > 0) known(positionals[0]);
  for (const value of positionals) if (isKey(value)) refuseKey("key", command);
  if (options.quiet && options.verbose) {
    throw new UsageError("--quiet and --verbose exclude each other", command);
  }
  return { command, options, positionals };
}

/** Refuses the name of a command that does not exist. */
function known(name) {
  if (Object.hasOwn(COMMANDS, name)) return;
  if (isKey(name)) refuseKey("key");
  const near = suggestion(name, Object.keys(COMMANDS));
  throw new UsageError(`there is no command ${quoted(name)}${near}`, undefined, [
    ...["Commands", Object.keys(COMMANDS)],
  ]);
}

function take(command, { name, rawName, value, inlineValue }, options) {
  const {
    of,
    value: expected,
    multiple,
    isNumber,
  } = OPTIONS[name] ?? refuse(command, name, rawName);
  if (command && of && !of.includes(command)) refuse(command, name, rawName);
  if (!expected) {
    if (inlineValue) throw new UsageError(`--${name} takes no value`, command);
    options[name] = true;
    return;
  }
  if (value !== undefined && isKey(value)) refuseKey("key", command);
  // "--file --json" has forgotten the file; "--file=--json" has not.
  const isForgotten = !inlineValue && value?.startsWith("-") && value !== "-";
  if (value === undefined || (isForgotten && !(isNumber && /^-\d/.test(value)))) {
    throw new UsageError(
      `--${name} needs a value: --${name} ${placeholderOf(OPTIONS[name])}`,
      command,
    );
  }
  if (value === "") throw new UsageError(`--${name} must not be empty`, command);
  if (isNumber && !/^\d{1,10}$/.test(value)) {
    throw new UsageError(`--${name} must be a whole number, but is ${quoted(value)}`, command);
  }
  if (Array.isArray(expected) && !expected.includes(value)) {
    const all = `${expected.slice(0, -1).join(", ")} or ${expected.at(-1)}`;
    throw new UsageError(`--${name} must be ${all}, but is ${quoted(value)}`, command);
  }
  if (multiple) options[name] = [...(options[name] ?? []), value];
  else if (name in options) throw new UsageError(`--${name} is given twice`, command);
  else options[name] = isNumber ? Number(value) : value;
}

/** Refuses an option that the command does not have. */
function refuse(command, name, rawName) {
  refuseKey(name, command);
  const names = command ? optionsOf(command) : Object.keys(OPTIONS);
  const others = rawName === `--${name}` && OPTIONS[name]?.of;
  const hint = others
    ? `: it is an option of ${others.join(", ")}`
    : rawName.startsWith("--") && suggestion(name, names, "--");
  const text = `${command ? `${command} has` : "there is"} no option ${quoted(rawName)}${hint || ""}`;
  const list = names.map((it) => `--${it}`);
  throw new UsageError(text, command, [command ? `Options of ${command}` : "Options", list]);
}

function refuseKey(name, command) {
  if (!KEY_OPTION.test(name)) return;
  throw new UsageError(
    "a key is no argument: every user of this machine could read it in the list of processes. " +
      "Set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN, or use --key-file FILE",
    command,
  );
}

function suggestion(given, names, prefix = "") {
  const [nearest] = names
    .map((name) => ({ name, edits: edits(given, name) }))
    .filter(({ name, edits }) => edits <= Math.ceil(name.length / 3))
    .sort((a, b) => a.edits - b.edits);
  return nearest ? `: did you mean ${prefix}${nearest.name}?` : "";
}

/** Returns the Levenshtein distance. */
function edits(a, b) {
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
