// A credential in the wrong place: the command writes it nowhere.

import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { idsOf, KEY, setUp, start } from "./command.mjs";

const API_KEY = "sk-ant-api03-SECRET_abc-DEF";
const TOKEN = `eyJ${"SECRET".repeat(60)}`;

for (const option of ["--key-file", "--file", "--resume", "--base-url", "--beta", "--status"]) {
  for (const args of [[option, API_KEY], [`${option}=${API_KEY}`]]) {
    test(`a key as a value is refused, and not repeated: ${args.length} of ${option}`, async (t) => {
      const { world, folder } = await setUp(t);
      const command = option === "--status" ? ["list"] : ["delete"];
      const ids = ["--file", "--status"].includes(option) ? [] : ["b1"];
      const { code, stdout, stderr } = await start([...command, ...args, ...ids], { world }).ended;
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /^error: a key is no argument: .*--key-file FILE\n/);
      assert.ok(!stderr.includes("SECRET"), stderr);
      assert.deepEqual(await readdir(folder), []);
    });
  }
}

test("--key-file with any other credential: ENOENT does not print it", async (t) => {
  const { run } = await setUp(t);
  for (const value of ["other-SECRET", "./sk-ant-SECRET", `a/${TOKEN}`, "it's, open 'SECRET"]) {
    const { code, stderr } = await run("delete", "b1", "--key-file", value);
    assert.equal(code, 2);
    assert.match(stderr, /^error: --key-file can't be read: E[A-Z]+: [a-z ]+\n$/);
  }
});

test("a path with a key of the API is printed without it", async (t) => {
  const { run } = await setUp(t);
  for (const args of [
    ["delete", "--file", "./sk-ant-SECRET"],
    ["delete", "b1", "--resume", "/no/sk-ant-SECRET"],
  ]) {
    const { code, stderr } = await run(...args);
    assert.equal(code, 2);
    assert.match(stderr, /\[redacted\]/);
    assert.ok(!stderr.includes("SECRET"), stderr);
  }
});

for (const [title, line, env] of [
  ["a key of the API", API_KEY, {}],
  ["a line of an env file", `ANTHROPIC_API_KEY="${API_KEY}"`, {}],
  ["the key of the command", KEY, {}],
  ["a line of an env file with the key of the command", `KEY=${KEY}`, {}],
  ["a token that is not used", TOKEN, { ANTHROPIC_AUTH_TOKEN: TOKEN }],
]) {
  for (const command of ["delete", "cancel"]) {
    test(`${command}: a credential among the ids is shown nowhere: ${title}`, async (t) => {
      const { world, folder } = await setUp(t);
      const [good] = idsOf(await world.create({ status: "in_progress" }));
      await world.settings({ cancelingMs: 1 });
      const file = join(folder, "ids");
      await writeFile(file, `${line}\n${good}\n`);
      const journal = join(folder, "journal");
      const extra = command === "delete" ? ["--resume", journal] : [];
      for (const options of [["--json"], []]) {
        const args = [command, "--file", file, ...extra, ...options];
        const { stdout, stderr } = await start(args, { world, env }).ended;
        const all = stdout + stderr;
        assert.ok(!all.includes("SECRET"), all);
        if (options.length > 0) assert.ok(all.includes(good), all);
      }
      if (command === "delete") {
        const kept = await readFile(journal, "utf8");
        assert.ok(kept.includes(good) && !kept.includes("SECRET"), kept);
      }
    });
  }
}

test("a failure of the API about an id that is a key does not show it", async (t) => {
  const { world, folder, run } = await setUp(t);
  const file = join(folder, "ids");
  await writeFile(file, `b1\n${API_KEY}\n`);
  const error = { type: "invalid_request_error", message: `no batch ${API_KEY}` };
  await world.faults([{ times: null, status: 422, json: { type: "error", error } }]);
  for (const args of [["--json"], []]) {
    const { code, stdout, stderr } = await run("delete", ...args, "--file", file);
    assert.equal(code, 1);
    assert.ok(!(stdout + stderr).includes("SECRET"), stdout + stderr);
  }
});
