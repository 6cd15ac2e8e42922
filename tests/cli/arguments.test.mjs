// Help, version, and command lines that can't be used.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { written } from "../../tools/docs/cli.mjs";
import { ROOT } from "../../tools/shared/run.mjs";
import { COMMAND, environment, start } from "./command.mjs";

/** Nothing listens there: a command that sends anything fails otherwise than expected. */
const NOWHERE = { url: "http://127.0.0.1:9" };
const run = (...args) => start(args, { world: NOWHERE }).ended;

const COMMANDS = /^Commands: delete, purge, list, cancel, completion, help$/;

/** A command line, a part of its error, and the list that follows, if it is not a reference to the help. */
const REFUSED = [
  [["delet", "b1"], 'there is no command "delet": did you mean delete?', COMMANDS],
  [["frobnicate"], 'there is no command "frobnicate"', COMMANDS],
  [["help", "purgee"], 'there is no command "purgee": did you mean purge?', COMMANDS],
  [["--json", "delete"], "no ids: give them as arguments"],
  [
    ["--frob", "delete"],
    'delete has no option "--frob"',
    /^Options of delete: --file, .*--version$/s,
  ],
  [
    ["--limt", "3", "lst"],
    'there is no option "--limt": did you mean --limit?',
    /^Options: --file, /,
  ],
  [["delete"], "no ids: give them as arguments"],
  [
    ["delete", "--concurency", "3", "b1"],
    '"--concurency": did you mean --concurrency?',
    /--resume/,
  ],
  [
    ["delete", "b1", "--limit", "3"],
    '"--limit": it is an option of purge, list',
    /^Options of delete:/,
  ],
  [["delete", "b1", "-x"], 'delete has no option "-x"', /^Options of delete:/],
  [["delete", "b1", "--quiet", "-v"], "--quiet and --verbose exclude each other"],
  [["delete", "b1", "--concurrency"], "--concurrency needs a value: --concurrency N"],
  [["delete", "--file", "--json"], "--file needs a value: --file FILE"],
  [["delete", "--file="], "--file must not be empty"],
  [["delete", "b1", "--json=1"], "--json takes no value"],
  [["delete", "b1", "--resume", "a", "--resume", "b"], "--resume is given twice"],
  [
    ["delete", "b1", "--concurrency", "many"],
    '--concurrency must be a whole number, but is "many"',
  ],
  [
    ["delete", "b1", "--concurrency", "0"],
    "--concurrency must be a whole number from 1 to 256, but is 0",
  ],
  [
    ["delete", "b1", "--concurrency", "257"],
    "--concurrency must be a whole number from 1 to 256, but is 257",
  ],
  [["delete", "b1", "--max-retries=-1"], '--max-retries must be a whole number, but is "-1"'],
  [["delete", "b1", "--max-retries", "-1"], '--max-retries must be a whole number, but is "-1"'],
  [["list", "--timeout", "0"], "--timeout must be from 1 to 2147483 seconds, but is 0"],
  [
    ["list", "--workspace", "a b"],
    '--workspace must be a string of visible ASCII characters, but is "a b"',
  ],
  [["list", "--created-before", "2026-02-30"], ', but is "2026-02-30"'],
  [["delete", "b1", "--if-processing", "maybe"], 'must be reject, wait or cancel, but is "maybe"'],
  [["delete", "b1", "--base-url", "ftp://x"], 'http or https URL, but is "ftp://x"'],
  [["delete", "b1", "--base-url", "https://u:SECRET@x"], "must not have a user name or password"],
  [["delete", "b1", "--beta", "one", "--beta", "a b"], 'without a comma, but is "a b"'],
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
  [["list", "--limit", "0"], "--limit must be a whole number from 1 to 2147483647, but is 0"],
  [["list", "--status", "done"], 'must be in_progress, canceling or ended, but is "done"'],
  [["list", "--created-before", "soon"], "--created-before must be an age such as 30d"],
  [["purge", "--ended-before", "soon"], ', but is "soon"'],
  [["purge", "b1"], "purge takes no ids"],
  [["purge"], "nothing selects"],
  [["purge", "--yes"], "nothing selects"],
  [["purge", "--yes", "--created-before", "0d"], "nothing selects"],
  [["purge", "--all"], "without a terminal to ask on, purge needs --yes"],
  [["purge", "--ended-before", "30d"], "without a terminal to ask on, purge needs --yes"],
  [["completion"], "completion takes one shell: bash, zsh or fish"],
  [["completion", "tcsh"], "completion takes one shell: bash, zsh or fish"],
];

for (const [args, message, list] of REFUSED) {
  test(`exit code 2: ${args.join(" ")}`, async () => {
    const { code, stdout, stderr } = await run(...args);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, "");
    const [line, ...rest] = stderr.trim().split("\n");
    assert.ok(line.startsWith("error: ") && line.includes(message), line);
    if (list) assert.match(rest.join("\n"), list);
    else assert.ok(rest.length <= 1 && rest.every((it) => it.startsWith("See: ")), stderr);
    assert.ok(
      rest.every((it) => it.length <= 80),
      stderr,
    );
    // The command line knows no options of JavaScript.
    assert.doesNotMatch(stderr, /\b(?:Date|[a-z]+[A-Z]\w*)\b|SECRET/);
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
  assert.match(stderr, /has no option "--secret \[redacted\]"/);
  assert.ok(!stderr.includes("SECRET"));
});

test("help: of everything and of each command, the same in three ways", async () => {
  const overview = await run("--help");
  assert.equal(overview.code, 0);
  assert.equal(overview.stderr, "");
  for (const command of ["delete", "purge", "list", "cancel", "completion", "help"]) {
    assert.match(overview.stdout, new RegExp(`^  ${command} `, "m"));
    const help = await run(command, "--help");
    assert.deepEqual([help.code, help.stderr], [0, ""]);
    assert.match(help.stdout, new RegExp(`^Usage\n {2}delete-message-batch ${command} `, "m"));
    for (const args of [
      ...(command === "help" ? [] : [["help", command]]),
      [command, "-h"],
      ["-h", command],
      [command, "b1", "-h"],
    ]) {
      assert.equal((await run(...args)).stdout, help.stdout, args);
    }
    for (const { stdout } of [overview, help]) {
      assert.deepEqual(
        stdout.split("\n").filter((line) => line.length > 80),
        [],
      );
      assert.match(stdout, /^.*\n\nExamples\n {2}# /);
    }
    assert.ok(!help.stdout.includes("\x1b"), "no colors if stdout is not a terminal");
  }
  const { code, stdout, stderr } = await run();
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(stderr, /^Usage: delete-message-batch <command>/);
});

test("docs/cli.md is as npm run docs:cli writes it, and names every option and no other", async () => {
  const manual = readFileSync(join(ROOT, "docs/cli.md"), "utf8");
  assert.equal(manual, written(manual));
  const options = new Set();
  for (const command of ["delete", "purge", "list", "cancel"]) {
    const { stdout } = await run(command, "--help");
    for (const [, name] of stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)) options.add(name);
  }
  assert.ok(options.size >= 20, `only ${[...options]}`);
  const named = new Set([...manual.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([name]) => name));
  assert.deepEqual([...named].sort(), [...options].sort());
});

test("the help ends with the address for problems, if the package has one", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "delete-message-batch-help-"));
  t.after(() => rm(folder, { recursive: true }));
  await cp(join(ROOT, "pkg/cli"), join(folder, "cli"), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(ROOT, "pkg/package.json"), "utf8"));
  const url = "https://example.com/issues";
  for (const [bugs, end] of [
    [{ url }, `\n\nProblems: ${url}\n`],
    [undefined, "129 by SIGHUP).\n"],
  ]) {
    await writeFile(join(folder, "package.json"), JSON.stringify({ ...manifest, bugs }));
    for (const args of [["--help"], ["purge", "-h"]]) {
      const all = [join(folder, "cli/main.js"), ...args];
      const { stdout } = spawnSync(process.execPath, all, { encoding: "utf8" });
      assert.ok(stdout.endsWith(end), stdout);
    }
  }
});

test("-V and --version print the version of the package, with every command", async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "pkg/package.json"), "utf8"));
  for (const args of [[], ["delete"], ["purge"], ["list"], ["cancel"], ["completion"], ["help"]]) {
    for (const flag of ["-V", "--version"]) {
      assert.equal((await run(...args, flag)).stdout, `${version}\n`);
    }
  }
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
