// Help, version, and command lines that can't be used.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/shared/run.mjs";
import { COMMAND, environment, start } from "./command.mjs";

/** Nothing listens there: a command that sends anything fails otherwise than expected. */
const NOWHERE = { url: "http://127.0.0.1:9" };
const run = (...args) => start(args, { world: NOWHERE }).ended;

/** A command line and a part of the one line that it gets. */
const REFUSED = [
  [["delet", "b1"], 'there is no command "delet": did you mean delete?'],
  [["frobnicate"], 'there is no command "frobnicate"'],
  [["--json", "delete"], "the command comes first"],
  [["delete"], "no ids: give them as arguments"],
  [["delete", "--concurency", "3", "b1"], '"--concurency": did you mean --concurrency?'],
  [["delete", "b1", "--limit", "3"], 'there is no option "--limit"'],
  [["delete", "b1", "-x"], 'there is no option "-x"'],
  [["delete", "b1", "--concurrency"], "--concurrency needs a value: --concurrency N"],
  [["delete", "--file", "--json"], "--file needs a value: --file FILE"],
  [["delete", "--file="], "--file must not be empty"],
  [["delete", "b1", "--json=1"], "--json takes no value"],
  [["delete", "b1", "--resume", "a", "--resume", "b"], "--resume is given twice"],
  [["delete", "b1", "--concurrency", "many"], '--concurrency must be a whole number, not "many"'],
  [["delete", "b1", "--concurrency", "0"], "--concurrency must be a whole number from 1 to 256"],
  [["delete", "b1", "--concurrency", "257"], "--concurrency must be a whole number from 1 to 256"],
  [["delete", "b1", "--max-retries=-1"], '--max-retries must be a whole number, not "-1"'],
  [["list", "--timeout", "0"], "--timeout must be from 1 to 2147483 seconds, not 0"],
  [["list", "--workspace", "a b"], "--workspace must"],
  [["list", "--created-before", "2026-02-30"], "--created-before must be"],
  [["delete", "b1", "--if-processing", "maybe"], '--if-processing must be "reject"'],
  [["delete", "b1", "--base-url", "ftp://x"], "--base-url must be an absolute"],
  [["delete", "b1", "--beta", "a b"], "--beta"],
  [["delete", "b1", "-"], "choose one"],
  [["delete", "b1", "--file", "ids"], "choose one"],
  [["delete", "--file", "/no/such/file"], "--file can't be read: ENOENT"],
  [["delete", "--file", "."], "--file is a folder"],
  [["delete", "b1", "--key-file", "/no/such/file"], "--key-file can't be read: ENOENT"],
  [["delete", "b1", "--resume", "/no/such/folder/file"], "--resume can't be opened: ENOENT"],
  [["delete", "b1", "--resume", "."], "--resume can't be opened: EISDIR"],
  [["cancel", "b1", "--concurrency", "257"], "--concurrency must be a whole number from 1 to 256"],
  [["list", "b1"], "list takes no ids"],
  [["list", "--ids", "--json"], "exclude each other"],
  [["list", "--limit", "0"], "--limit must be"],
  [["list", "--status", "done"], "--status must be"],
  [["list", "--created-before", "soon"], "--created-before must be"],
  [["purge", "b1"], "purge takes no ids"],
  [["purge"], "nothing selects"],
  [["purge", "--yes"], "nothing selects"],
  [["purge", "--yes", "--created-before", "0d"], "nothing selects"],
  [["purge", "--all"], "without a terminal to ask on, purge needs --yes"],
  [["purge", "--ended-before", "30d"], "without a terminal to ask on, purge needs --yes"],
];

for (const [args, message] of REFUSED) {
  test(`exit code 2: ${args.join(" ")}`, async () => {
    const { code, stdout, stderr } = await run(...args);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, "");
    const [line, ...rest] = stderr.trim().split("\n");
    assert.ok(line.startsWith("error: ") && line.includes(message), line);
    // At most a reference to the help.
    assert.ok(rest.length <= 1 && rest.every((it) => it.startsWith("See: ")), stderr);
  });
}

test("exit code 2: no credential, or one that can't be sent", async () => {
  const without = { ANTHROPIC_API_KEY: undefined };
  const none = await start(["delete", "b1"], { world: NOWHERE, env: without }).ended;
  assert.equal(none.code, 2);
  assert.match(none.stderr, /^error: no credential: set ANTHROPIC_API_KEY .*--key-file FILE\n$/);
  const env = { ANTHROPIC_API_KEY: "sk-SECRET x" };
  const broken = await start(["list"], { world: NOWHERE, env }).ended;
  assert.equal(broken.code, 2);
  assert.match(broken.stderr, /^error: ANTHROPIC_API_KEY must be/);
  const file = await start(["list", "--key-file", join(ROOT, ".gitignore")], { world: NOWHERE })
    .ended;
  assert.equal(file.code, 2);
  assert.match(file.stderr, /^error: the key of --key-file must be/);
  assert.ok(!(broken.stderr + file.stderr).includes("SECRET"));
});

for (const args of [
  ["delete", "b1", "--api-key", "sk-ant-SECRET"],
  ["delete", "b1", "--api-key=sk-ant-SECRET"],
  ["delete", "b1", "--key", "SECRET"],
  ["list", "--auth-token=SECRET"],
  ["list", "--x-api-key", "SECRET"],
  ["list", "--anthropic-api-key=SECRET"],
  ["--api-key=SECRET", "list"],
  ["delete", "sk-ant-SECRET"],
  ["sk-ant-SECRET"],
]) {
  test(`a key is refused as an argument, and not repeated: ${args.join(" ")}`, async () => {
    const { code, stdout, stderr } = await run(...args);
    assert.equal(code, 2);
    assert.match(stderr, /^error: a key is no argument: .*--key-file FILE\n/);
    assert.ok(!(stdout + stderr).includes("SECRET"));
  });
}

test("an unknown option that holds a key does not repeat it", async () => {
  const { stderr } = await run("list", "--secret sk-ant-SECRET");
  assert.match(stderr, /there is no option/);
  assert.ok(!stderr.includes("SECRET"));
});

test("help: of everything and of each command, the same in three ways", async () => {
  const overview = await run("--help");
  assert.equal(overview.code, 0);
  assert.equal(overview.stderr, "");
  for (const command of ["delete", "purge", "list", "cancel"]) {
    assert.match(overview.stdout, new RegExp(`^  ${command} `, "m"));
    const help = await run(command, "--help");
    assert.deepEqual([help.code, help.stderr], [0, ""]);
    assert.match(help.stdout, new RegExp(`^Usage\n {2}delete-message-batch ${command} `, "m"));
    for (const args of [
      ["help", command],
      [command, "-h"],
      [command, "b1", "--json", "-h"],
    ]) {
      assert.equal((await run(...args)).stdout, help.stdout, args);
    }
    const wide = help.stdout.split("\n").filter((line) => line.length > 80);
    // An example is not broken: it is there to be copied.
    assert.deepEqual(
      wide.filter((line) => !line.startsWith("  delete-message-batch")),
      [],
    );
    assert.ok(!help.stdout.includes("\x1b"), "no colors where stdout is no terminal");
  }
  const { code, stdout, stderr } = await run();
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /^Usage: delete-message-batch <command>/);
});

test("the help and docs/cli.md name every option, and no other", async () => {
  const manual = readFileSync(join(ROOT, "docs/cli.md"), "utf8");
  const options = new Set();
  for (const command of ["delete", "purge", "list", "cancel"]) {
    const { stdout } = await run(command, "--help");
    for (const [, name] of stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)) options.add(name);
  }
  assert.ok(options.size >= 15, `only ${[...options]}`);
  const named = new Set([...manual.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([name]) => name));
  assert.deepEqual([...named].filter((name) => name !== "--version").sort(), [...options].sort());
});

test("--version prints that of the package", async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "pkg/package.json"), "utf8"));
  assert.equal((await run("--version")).stdout, `${version}\n`);
  assert.equal((await run("-V")).stdout, `${version}\n`);
});

/** How often as long as an empty script `--help` may take, by the quickest of each. */
const MOST = 2.5;
/** A machine that does other things at the same time gets more chances. */
const RUNS = 30;

test(`--help takes at most ${MOST} times as long as an empty script`, (t) => {
  const best = { empty: Infinity, help: Infinity, ofDelete: Infinity };
  const measure = (name, ...args) => {
    const began = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { env: environment() });
    assert.equal(status, 0, `${stderr}`);
    best[name] = Math.min(best[name], performance.now() - began);
  };
  const slowest = () => Math.max(best.help, best.ofDelete) / best.empty;
  for (let run = 1; run <= RUNS && (run <= 5 || slowest() >= MOST); run += 1) {
    measure("empty", "--input-type=module", "--eval", "0");
    measure("help", COMMAND, "--help");
    measure("ofDelete", COMMAND, "delete", "--help");
  }
  const more = (name) => `${(best[name] - best.empty).toFixed(0)} ms more`;
  t.diagnostic(
    `an empty script ${best.empty.toFixed(0)} ms; --help ${more("help")}, ` +
      `delete --help ${more("ofDelete")}`,
  );
  assert.ok(slowest() < MOST, `${slowest()} times`);
});

test("help and version load neither the library nor its wasm", () => {
  for (const args of [["--help"], ["purge", "--help"], ["--version"], ["delete"]]) {
    // Prints the module graph as it is resolved.
    const env = { ...environment(), NODE_DEBUG: "esm" };
    const { stderr } = spawnSync(process.execPath, [COMMAND, ...args], { env, encoding: "utf8" });
    // Without ids, delete is refused only once it is loaded: the graph would show the library.
    assert.equal(stderr.includes("entry/node.js"), args[0] === "delete", args.join(" "));
    assert.match(stderr, /cli\/arguments\.js/, "the module graph is printed");
  }
});
