// Files of ids and of keys as other programs write them.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { linesOf } from "../../pkg/cli/lines.js";
import { idsOf, KEY, setUp, start } from "./command.mjs";

const bigEndian = (text) => Buffer.from(text, "utf16le").swap16();
const littleEndian = (text) => Buffer.from(text, "utf16le");
const MARK = "\ufeff";

for (const [title, encode] of [
  ["UTF-16, little-endian, as PowerShell writes it", littleEndian],
  ["UTF-16, big-endian", bigEndian],
  ["UTF-8", Buffer.from],
]) {
  test(`ids with a byte order mark: ${title}`, async (t) => {
    const { world, folder } = await setUp(t);
    const ids = idsOf(await world.create({ count: 4 }));
    const text = (list) => `${MARK}# é\r\n${list.join("\r\n")}\r\n`;
    const file = join(folder, "ids");
    await writeFile(file, encode(text(ids.slice(0, 2))));
    const options = { world };
    const read = await start(["delete", "--file", file], options).ended;
    assert.deepEqual([read.code, read.stdout], [0, "2 deleted\n"], read.stderr);
    options.input = encode(text(ids.slice(2)));
    assert.equal((await start(["delete", "-"], options).ended).stdout, "2 deleted\n");
  });
}

for (const [order, encode] of [
  ["little-endian", littleEndian],
  ["big-endian", bigEndian],
]) {
  test(`exit code 2: ids of UTF-16 without a mark, in one line that names it: ${order}`, async (t) => {
    const { world, folder } = await setUp(t);
    const input = encode("msgbatch_1\r\nmsgbatch_2\r\n");
    const file = join(folder, "ids");
    await writeFile(file, input);
    for (const [name, ...args] of [
      ["stdin", "delete", "-"],
      ["stdin", "cancel", "-"],
      [file, "delete", "--json", "--file", file],
      [file, "cancel", "--file", file],
    ]) {
      const { code, stdout, stderr } = await start(args, { world, input }).ended;
      assert.deepEqual([code, stdout], [2, ""]);
      const problem = `${name} is UTF-16 (${order}) without a byte order mark: save it as UTF-8`;
      assert.equal(stderr, `error: ${problem}\n`);
    }
    assert.deepEqual((await world.requests()).requests, []);
  });
}

test("exit code 2: lines of JSON in place of ids, before anything is sent", async (t) => {
  const { world } = await setUp(t);
  const input = '\n{"id":"msgbatch_1"}\n{"id":"msgbatch_2"}\n';
  const { code, stdout, stderr } = await start(["delete", "-"], { world, input }).ended;
  assert.deepEqual([code, stdout], [2, ""]);
  assert.equal(stderr, "error: stdin has JSON: give one id a line, as list --ids writes them\n");
  assert.deepEqual((await world.requests()).requests, []);
});

test("CR alone ends a line of ids", async (t) => {
  const { world } = await setUp(t);
  const ids = idsOf(await world.create({ count: 3 }));
  const input = `# old\r${ids.join("\r")}\r`;
  assert.equal((await start(["delete", "-"], { world, input }).ended).stdout, "3 deleted\n");
});

test("lines are the same in chunks of any size, in each encoding", async () => {
  const text = `${MARK}one\r\ntwo💥\rthree\n\nfour é`;
  for (const bytes of [Buffer.from(text), littleEndian(text), bigEndian(text)]) {
    for (let size = 1; size <= bytes.length; size += 1) {
      const lines = [];
      const chunks = (function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      })();
      for await (const line of linesOf(chunks, 300, "a test")) if (line) lines.push(line);
      assert.deepEqual(lines, ["one", "two💥", "three", "four é"], `chunks of ${size}`);
    }
  }
});

async function withKeyFile(t, content) {
  const { world, folder } = await setUp(t);
  const file = join(folder, "key");
  await writeFile(file, content);
  const env = { ANTHROPIC_API_KEY: undefined };
  const result = await start(["delete", "b1", "--key-file", file], { world, env }).ended;
  const { requests } = await world.requests();
  const keys = requests.map(
    ({ headers }) => headers.find(([name]) => name.toLowerCase() === "x-api-key")[1],
  );
  return { ...result, keys };
}

for (const [content, problem] of [
  [`ANTHROPIC_API_KEY=${KEY}\n`, "has NAME=value: remove the name"],
  [`export ANTHROPIC_API_KEY="${KEY}"\n`, "has NAME=value: remove the name"],
  [`# of the team\nANTHROPIC_API_KEY = ${KEY}\n`, undefined],
  [`$env:ANTHROPIC_API_KEY = '${KEY}'`, "has NAME=value: remove the name"],
  [`"${KEY}"\n`, "has quotes: remove them"],
  [`'${KEY}'`, "has quotes: remove them"],
  [`{"key":"${KEY}"}`, "has quotes: remove them"],
]) {
  const title = JSON.stringify(content.replace(KEY, "KEY"));
  test(`exit code 2: a key file with more than the key: ${title}`, async (t) => {
    const { code, stdout, stderr, keys } = await withKeyFile(t, content);
    assert.deepEqual([code, stdout, keys], [2, "", []]);
    if (problem)
      assert.equal(stderr, `error: --key-file must have the key alone, but ${problem}\n`);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
    assert.ok(!stderr.includes(KEY), stderr);
  });
}

test("a key file of UTF-16, and a key with the padding of Base64", async (t) => {
  for (const content of [littleEndian(`${MARK}${KEY}\r\n`), bigEndian(`${MARK}${KEY}`)]) {
    const { code, keys, stderr } = await withKeyFile(t, content);
    assert.deepEqual([code, keys], [0, [KEY]], stderr);
  }
  const padded = "QWxhZGRpbjpvcGVu==";
  assert.deepEqual((await withKeyFile(t, padded)).keys, [padded]);
  const { code, stderr } = await withKeyFile(t, littleEndian(KEY));
  assert.equal(code, 2);
  assert.match(stderr, /^error: --key-file is UTF-16 \(little-endian\) without a byte order mark/);
});
