// Ids, files and servers that mean harm.

import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { feed, idsOf, jsonLines, setUp, start } from "./command.mjs";

const ESC = "\x1b";
/** None of them may reach the API in any form, and none may act on a terminal. */
const HOSTILE = [
  "../../v1/organizations",
  "..%2F..%2Fadmin",
  "..",
  ".",
  "a/b",
  "a?b=c",
  "a#b",
  "a b",
  "a\\b",
  "a%0d%0aX-Evil: 1",
  "https://evil.example/",
  "@evil.example",
  "__proto__\0",
  `${ESC}[2J${ESC}]0;title\x07`,
  "\u202egnp.exe",
  "\u009b31m",
  "ünïcödé",
  "💥",
  "x".repeat(257),
  "y".repeat(100_000),
  "$(touch /tmp/evil)",
  "{}",
  '"',
];

test("hostile ids: each fails alone, none is sent, and valid ids between them are deleted", async (t) => {
  const { world, folder } = await setUp(t);
  const good = idsOf(await world.create({ count: HOSTILE.length }));
  const lines = HOSTILE.flatMap((id, index) => [id, good[index]]);
  const journal = join(folder, "journal");
  const args = ["delete", "-", "--resume", journal, "--json"];
  const { code, stdout, stderr } = await start(args, { world, input: lines.join("\n") }).ended;
  assert.deepEqual([code, stderr], [1, ""]);
  const { outcomes, report } = jsonLines(stdout);
  assert.equal(report.deleted, good.length);
  assert.equal(report.failed.length, HOSTILE.length);
  for (const { id, index, status, error } of outcomes) {
    const expected = lines[index].length > 256 ? lines[index].slice(0, 300) : lines[index];
    assert.equal(id, expected);
    assert.equal(status, index % 2 === 0 ? "failed" : "deleted");
    if (error) assert.equal(error.code, "invalid_option");
  }
  const { requests } = await world.requests();
  assert.equal(requests.length, good.length);
  assert.equal((await world.stats()).unmatched, 0);
  // The same again: the journal can be read, and only the hostile ones are tried again.
  const again = await start(args, { world, input: lines.join("\n") }).ended;
  assert.equal(again.code, 1);
  assert.equal(jsonLines(again.stdout).report.skipped, good.length);
  assert.equal((await world.requests()).requests.length, good.length);
  assert.ok((await readFile(journal, "utf8")).length < 40_000, "no line is kept whole");
});

test("output for people contains no control characters of a terminal", async (t) => {
  const { world, run } = await setUp(t);
  const message = `${ESC}[31mred${ESC}]52;c;ZXZpbA==\x07\r\nsecond line\u2028third\u202e`;
  const error = { type: "invalid_request_error", message };
  const refusal = { times: null, status: 422, json: { type: "error", error } };
  await world.faults([{ ...refusal, match: { method: "DELETE" } }]);
  const args = HOSTILE.filter((id) => !id.includes("\0") && id.length < 1_000);
  const { code, stdout, stderr } = await run("delete", "b1", "--", ...args);
  assert.equal(code, 1);
  const visible = /^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u;
  const lines = (stdout + stderr).trimEnd().split("\n");
  const sum = lines.slice(1).reduce((count, line) => count + (Number.parseInt(line, 10) || 1), 0);
  assert.equal(sum, args.length + 1, "a line for each, or one for those with the same words");
  for (const line of lines) assert.match(line, visible);
  assert.ok(stderr.includes("second line"));

  const batch = { type: "message_batch", id: `a${ESC}[2J\tb\nc`, processing_status: "\x07" };
  await world.faults([{ times: null, status: 200, json: { data: [batch], has_more: false } }]);
  for (const list of [await run("list"), await run("list", "--ids")]) {
    for (const line of (list.stdout + list.stderr).trimEnd().split("\n")) {
      assert.match(line.replaceAll("\t", " "), visible);
    }
  }
});

test("an id that is longer than a string may be: memory stays flat, and the next ids are deleted", async (t) => {
  const { world } = await setUp(t);
  const [id] = idsOf(await world.create());
  const job = start(["delete", "-", "--json"], {
    world,
    input: null,
    node: ["--max-old-space-size=64"],
  });
  await feed(job, async function* () {
    yield* createReadStream("/dev/zero", { end: 600 * 1024 * 1024 });
    yield `\n${id}\n`;
  });
  const { code, stdout, stderr } = await job.ended;
  assert.equal(code, 1, stderr);
  const { report } = jsonLines(stdout);
  assert.deepEqual([report.deleted, report.failed.length], [1, 1]);
});
