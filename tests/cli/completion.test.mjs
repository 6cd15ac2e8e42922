// The completion scripts, in the shells themselves.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { COMMANDS, OPTIONS, optionsOf } from "../../pkg/cli/commands.js";
import { COMMAND, environment } from "./command.mjs";

const NAME = "delete-message-batch";
const folder = mkdtempSync(join(tmpdir(), "delete-message-batch-completion-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "ids of May.txt"), "");

const run = (file, args) =>
  execFileSync(file, args, { encoding: "utf8", env: environment(), cwd: folder });
const scripts = Object.fromEntries(
  ["bash", "zsh", "fish"].map((shell) => {
    const path = join(folder, `completion.${shell}`);
    writeFileSync(path, run(process.execPath, [COMMAND, "completion", shell]));
    return [shell, path];
  }),
);
const quoted = (words) => words.map((word) => `'${word}'`).join(" ");

/** From the words of a command line, the last of them unfinished, to the candidates of a shell. */
const SHELLS = {
  bash: (words) =>
    run("bash", [
      ...["--norc", "-c"],
      `source '${scripts.bash}'
      COMP_WORDS=(${quoted([NAME, ...words])}); COMP_CWORD=${words.length}
      _delete_message_batch; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ]),
  zsh: (words) =>
    run("zsh", [
      ...["-f", "-c"],
      // The functions of zsh's completion system that the script calls.
      `compdef() {}; _files() { print -l -- *; }; compadd() { print -l -- "$@"; }
      _describe() { print -l -- \${(@)\${(@P)2}%%:*}; }
      source '${scripts.zsh}'
      words=(${quoted([NAME, ...words])}); CURRENT=${words.length + 1}
      _delete_message_batch`,
    ]),
  fish: (words) =>
    run("fish", [
      ...["--no-config", "-c"],
      `source '${scripts.fish}'; complete -C '${[NAME, ...words].join(" ")}'`,
    ]).replace(/\t.*$/gm, ""),
};

const flagsOf = (command) =>
  optionsOf(command)
    .map((name) => `--${name}`)
    .sort();

for (const [shell, complete] of Object.entries(SHELLS)) {
  const isMissing = spawnSync(shell, ["--version"]).status !== 0;
  test(`completion ${shell}`, { skip: isMissing && `${shell} is not on this machine` }, () => {
    const candidates = (...words) => {
      const all = complete(words).trim().split("\n");
      // The functions of zsh filter by themselves.
      return all.filter((word) => word.startsWith(words.at(-1).replaceAll("'", ""))).sort();
    };
    assert.deepEqual(candidates("pur"), ["purge"]);
    for (const command of Object.keys(COMMANDS)) {
      assert.ok(candidates("").includes(command), command);
      assert.deepEqual(candidates(command, "--"), flagsOf(command), command);
      assert.deepEqual(candidates("--json", command, "--"), flagsOf(command), command);
    }
    assert.deepEqual(candidates("delete", "--if-processing", ""), ["cancel", "reject", "wait"]);
    assert.deepEqual(candidates("list", "--status", "c"), ["canceling"]);
    assert.deepEqual(candidates("completion", "z"), ["zsh"]);
    assert.deepEqual(candidates("help", "ca"), ["cancel"]);
    assert.deepEqual(candidates("delete", "--file", "ids"), ["ids of May.txt"]);
    assert.deepEqual(candidates("purge", "--limit", "x"), []);
    for (const [name, { short }] of Object.entries(OPTIONS)) {
      if (short) assert.ok(complete(["purge", "-"]).split("\n").includes(`-${short}`), name);
    }
  });
}

test("completion bash: the value after an equals sign", () => {
  assert.equal(SHELLS.bash(["delete", "--if-processing", "=", "wa"]), "wait\n");
  assert.equal(SHELLS.bash(["delete", "--if-processing", "="]), "reject\nwait\ncancel\n");
});
