// The specification in Deno, with the permission to use the network and no other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { execute } from "../../tools/shared/run.mjs";
import { SMALL } from "../browsers/small.mjs";
import { DENO, NO_DENO } from "./commands.mjs";
import { coreInProcess, plainEnvironment, specInProcess } from "./process-runtime.mjs";

const RUNTIME = {
  name: "deno",
  command: process.execPath,
  args: [DENO, "run", "--no-prompt", "--allow-net"],
  missing: NO_DENO,
};

test("deno", (t) => specInProcess(t, RUNTIME));
// All of them run in Node.
test("deno, ./core, a few cases", (t) => coreInProcess(t, RUNTIME, SMALL));

const MAIN = fileURLToPath(new URL("without-key-main.mjs", import.meta.url));

test("deno: the error of a missing key names --allow-env if the environment can't be read", async () => {
  const message =
    "missing_credentials no credential: give apiKey or authToken, or set ANTHROPIC_API_KEY";
  for (const [flag, isNamed] of [
    ["--allow-env", false],
    ["--allow-env=ANTHROPIC_BASE_URL", true],
    ["--quiet", true],
  ]) {
    const args = [...RUNTIME.args, flag, MAIN];
    const { stdout, output } = await execute(process.execPath, args, { env: plainEnvironment() });
    const lines = stdout.trim().split("\n");
    assert.equal(lines.length, 3, output);
    for (const line of lines) {
      assert.ok(line.startsWith(message), output);
      assert.equal(line.includes("--allow-env"), isNamed, output);
    }
  }
});

const REFUSED = fileURLToPath(new URL("refused-key-main.mjs", import.meta.url));

test("deno: the error of a refused key names --allow-env if ANTHROPIC_BASE_URL can't be read", async () => {
  for (const [flag, isNamed] of [
    ["--allow-env", false],
    ["--allow-env=ANTHROPIC_BASE_URL", false],
    ["--allow-env=ANTHROPIC_API_KEY", true],
    ["--quiet", true],
  ]) {
    const args = [...RUNTIME.args, flag, REFUSED];
    const { stdout, output } = await execute(process.execPath, args, { env: plainEnvironment() });
    const lines = stdout.trim().split("\n");
    assert.equal(lines.length, 3, output);
    for (const line of lines) {
      assert.match(line, /^authentication /, output);
      assert.equal(line.endsWith("; reading the environment needs --allow-env"), isNamed, output);
    }
  }
});
