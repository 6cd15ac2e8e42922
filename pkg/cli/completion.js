// delete-message-batch completion: prints the completion script of a shell.

import { COMMANDS, NAME, OPTIONS, optionsOf } from "./commands.js";
import { EXIT, UsageError } from "./exit.js";
import { openOutput } from "./output.js";

const SHELLS = { bash, zsh, fish };

export async function run({ positionals: [shell, ...others] }) {
  if (!Object.hasOwn(SHELLS, shell ?? "") || others.length > 0) {
    throw new UsageError("completion takes one shell: bash, zsh or fish", "completion");
  }
  const output = openOutput();
  output.write(SHELLS[shell]());
  return output.end(EXIT.ok);
}

const FUNCTION = `_${NAME.replaceAll("-", "_")}`;
const commands = Object.keys(COMMANDS);
/** Returns the words that follow a command, without options. */
const WORDS = { completion: Object.keys(SHELLS), help: commands };
const flags = (name) => [`--${name}`, ...(OPTIONS[name].short ? [`-${OPTIONS[name].short}`] : [])];
/** Returns the options with such a value, as a pattern of `case`. */
const withValue = (isSuch) =>
  Object.keys(OPTIONS)
    .filter((name) => OPTIONS[name].value && isSuch(OPTIONS[name].value))
    .map((name) => `--${name}`)
    .join("|");
const isFile = (value) => value === "FILE";
const isName = (value) => !isFile(value) && !Array.isArray(value);
const choices = Object.entries(OPTIONS).filter(([, { value }]) => Array.isArray(value));

function bash() {
  const words = (command) => [...(WORDS[command] ?? []), ...optionsOf(command).flatMap(flags)];
  const general = [...commands, ...optionsOf(undefined).flatMap(flags)];
  return `${FUNCTION}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command= word words
  COMPREPLY=()
  if [ "$cur" = = ]; then cur=; elif [ "$prev" = = ]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  case $prev in
${choices.map(([name, { value }]) => `    --${name}) COMPREPLY=($(compgen -W "${value.join(" ")}" -- "$cur")); return ;;`).join("\n")}
    ${withValue(isFile)})
      local IFS=$'\\n'
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$cur"))
      return ;;
    ${withValue(isName)}) return ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${commands.join("|")}) command=$word; break ;; esac
  done
  case $command in
${commands.map((name) => `    ${name}) words="${words(name).join(" ")}" ;;`).join("\n")}
    *) words="${general.join(" ")}" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F ${FUNCTION} ${NAME}
`;
}

/** Quotes a string for zsh and fish; both read \\' in it, or close it for one. */
const quotedForZsh = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const quotedForFish = (text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
/** Returns the first sentence, without its full stop. */
const briefly = (help) => /^.*?(?=[.:;]( |$))/.exec(help)[0];

function zsh() {
  const entry = (name, help) => quotedForZsh(`${name}:${briefly(help)}`);
  const options = (command) =>
    optionsOf(command).flatMap((name) =>
      flags(name).map((flag) => entry(flag, OPTIONS[name].help)),
    );
  const named = commands.map((name) => entry(name, COMMANDS[name].summary));
  const words = { completion: Object.keys(SHELLS).map(quotedForZsh), help: named };
  const case_ = (pattern, list) => `    (${pattern}) entries=(${list.join(" ")}) ;;`;
  return `#compdef ${NAME}
${FUNCTION}() {
  local command word
  local -a entries
  case $words[CURRENT-1] in
${choices.map(([name, { value }]) => `    (--${name}) compadd ${value.join(" ")}; return ;;`).join("\n")}
    (${withValue(isFile)}) _files; return ;;
    (${withValue(isName)}) return ;;
  esac
  for word in $words[2,CURRENT-1]; do
    case $word in (${commands.join("|")}) command=$word; break ;; esac
  done
  case $command in
${commands.map((name) => case_(name, [...(words[name] ?? []), ...options(name)])).join("\n")}
${case_("*", [...named, ...options(undefined)])}
  esac
  _describe '${NAME}' entries
}
if [ "$funcstack[1]" = ${FUNCTION} ]; then ${FUNCTION} "$@"; else compdef ${FUNCTION} ${NAME}; fi
`;
}

function fish() {
  const line = (...parts) => ["complete", "-c", NAME, ...parts].join(" ");
  const only = (command) => `-n '__fish_seen_subcommand_from ${command}'`;
  const first = `-n ${quotedForFish(`not __fish_seen_subcommand_from ${commands.join(" ")}`)}`;
  const option = (name) => {
    const { short, value, help } = OPTIONS[name];
    return [
      ...[`-l ${name}`, ...(short ? [`-s ${short}`] : [])],
      ...(value === "FILE" ? ["-r -F"] : value ? ["-x"] : []),
      ...(Array.isArray(value) ? [`-a ${quotedForFish(value.join(" "))}`] : []),
      `-d ${quotedForFish(briefly(help))}`,
    ].join(" ");
  };
  return `${[
    line("-f"),
    ...commands.map((name) =>
      line(first, `-a ${name}`, `-d ${quotedForFish(briefly(COMMANDS[name].summary))}`),
    ),
    ...Object.entries(WORDS).map(([name, list]) => line(only(name), `-a '${list.join(" ")}'`)),
    ...Object.keys(OPTIONS).map((name) =>
      line(...(OPTIONS[name].of ? [only(OPTIONS[name].of.join(" "))] : []), option(name)),
    ),
  ].join("\n")}\n`;
}
