// The command's output on a terminal: progress, colors, questions.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { progressLine } from "../../pkg/cli/progress.js";
import { until } from "../runtimes/until.mjs";
import { idsOf, setUp } from "./command.mjs";
import { drawnLines, ESC, ensureScript, onTerminal, screen } from "./terminal.mjs";

before(ensureScript);

const many = (count) => Array.from({ length: count }, (_, index) => `b${index}`);
const LINE = /\[=* *\] {2}\d+\/\d+ {2}\d+ %( {2}\d+\/s( {2}\d+ s left)?)?/;

test("the progress of a file: a bar, the rate, the time left; it is gone at the end", async (t) => {
  const { world, folder } = await setUp(t);
  const file = join(folder, "ids");
  await writeFile(file, many(400).join("\n"));
  await world.faults([{ times: null, delayMs: 40 }]);
  const { code, shown } = await onTerminal(["delete", "--file", file], { world }).ended;
  assert.equal(code, 0, shown);
  assert.match(shown, LINE);
  assert.match(shown, /\/400 {2}\d+ %/);
  assert.match(shown, / s left/);
  assert.deepEqual(screen(shown), ["0 deleted, 400 missing"]);
});

test("a failure is printed above the progress, and no line is longer than the terminal", async (t) => {
  const { world } = await setUp(t);
  await world.faults([
    { match: { id: "b9" }, status: 422 },
    { times: null, delayMs: 40 },
  ]);
  const job = onTerminal(["delete", ...many(200)], { world, columns: 30 });
  const { code, shown } = await job.ended;
  assert.equal(code, 1, shown);
  const lines = screen(shown);
  assert.equal(lines.length, 2);
  assert.match(lines[0], /^failed DELETE \/v1\/messages\/batches\/b9: 422/);
  assert.equal(lines[1], "0 deleted, 199 missing, 1 failed");
  const drawn = drawnLines(shown);
  assert.ok(drawn.length >= 2, shown);
  for (const text of drawn) assert.ok(text.length < 30, text);
});

test("a pause of the rate limit is shown", async (t) => {
  const { world } = await setUp(t);
  // From the twentieth on, refused until three seconds have passed; those in flight end meanwhile.
  const limit = { "anthropic-ratelimit-requests-limit": "1000", "retry-after": "3" };
  await world.faults([
    {
      match: { id: "b20" },
      times: 2,
      status: 429,
      headers: { ...limit, "anthropic-ratelimit-requests-remaining": "0" },
    },
    { times: null, delayMs: 5 },
  ]);
  const { code, shown } = await onTerminal(["delete", ...many(200)], { world }).ended;
  assert.equal(code, 0, shown);
  assert.match(shown, /paused for [123] s/);
});

test("no progress: --json on the same terminal, a dumb terminal, stderr elsewhere", async (t) => {
  const { world, folder } = await setUp(t);
  await world.faults([{ times: null, delayMs: 20 }]);
  const elsewhere = join(folder, "stderr");
  for (const [args, options] of [
    [["--json"], {}],
    [[], { env: { TERM: "dumb" } }],
    [[], { redirect: `2> '${elsewhere}'` }],
  ]) {
    const job = onTerminal(["delete", ...many(150), ...args], { world, ...options });
    const { code, shown } = await job.ended;
    assert.equal(code, 0, shown);
    assert.ok(!shown.includes(ESC), JSON.stringify(shown.slice(0, 200)));
  }
  assert.equal(await readFile(elsewhere, "utf8"), "");
});

test("--json elsewhere: stdout has only lines of JSON, the terminal the progress", async (t) => {
  const { world, folder } = await setUp(t);
  await world.faults([{ times: null, delayMs: 20 }]);
  const out = join(folder, "out");
  const args = ["delete", "--json", ...many(150)];
  const { code, shown } = await onTerminal(args, { world, redirect: `> '${out}'` }).ended;
  assert.equal(code, 0, shown);
  assert.match(shown, LINE);
  const lines = (await readFile(out, "utf8")).trim().split("\n").map(JSON.parse);
  assert.equal(lines.length, 151);
});

test("colors on a terminal, none with NO_COLOR", async (t) => {
  const { world } = await setUp(t);
  const colored = await onTerminal(["delete", "a b"], { world, env: { NO_COLOR: undefined } })
    .ended;
  assert.ok(colored.shown.includes(`${ESC}[31mfailed${ESC}[0m "a b": id must be`), colored.shown);
  const help = await onTerminal(["--help"], { world, env: { NO_COLOR: "" } }).ended;
  assert.ok(help.shown.includes(`${ESC}[1mUsage${ESC}[0m`), help.shown);
  for (const args of [["delete", "a b"], ["--help"], ["list"], ["list", "--limit", "x"]]) {
    for (const [flags, env] of [
      [[], { NO_COLOR: "1" }],
      [["--no-color"], { NO_COLOR: undefined }],
    ]) {
      const { shown } = await onTerminal([...args, ...flags], { world, env }).ended;
      assert.ok(!/\[\d+m/.test(shown), shown);
    }
  }
});

test("purge asks: n, the end of the input and Ctrl-C delete nothing, y deletes", async (t) => {
  const { world } = await setUp(t);
  const old = await world.create({ count: 3, createdAt: "2026-01-01T00:00:00Z" });
  const args = ["purge", "--created-before", "30d", "--workspace", "w1"];
  for (const [typed, expected] of [
    ["n\r", 1],
    ["\r", 1],
    ["\x04", 1],
    ["\x03", 130],
    ["yes\r", 0],
  ]) {
    const job = onTerminal(args, { world });
    await job.see(/\[y\/N\]/);
    // On a busy machine the progress is drawn before.
    const [said, question] = screen(job.found.shown).slice(-2);
    assert.match(said, /^3 batches on http\S+, workspace w1: the oldest was created 2026-01-01/);
    assert.match(question, /^Delete 3 batches\? This can't be undone\. \[y\/N\]/);
    job.type(typed);
    const { code, shown } = await job.ended;
    assert.equal(code, expected, shown);
    const { deleted } = await world.batches();
    assert.deepEqual(deleted.toSorted(), expected === 0 ? idsOf(old).toSorted() : []);
    if (expected === 1) assert.match(shown, /Nothing was deleted\./);
  }
  const nothing = await onTerminal(args, { world }).ended;
  assert.equal(nothing.code, 0);
  assert.deepEqual(screen(nothing.shown), ["No batch is selected.", "0 deleted"]);
});

test("purge asks for the number of the batches that it deletes, and names the others", async (t) => {
  const { world } = await setUp(t);
  const createdAt = "2026-01-01T00:00:00Z";
  const ended = idsOf(await world.create({ count: 9, createdAt }));
  await world.create({ count: 4, createdAt, status: "in_progress" });
  const selected = ["purge", "--created-before", "30d"];
  for (const [args, question, typed, expected] of [
    [selected, /Delete 9 batches\? This can't be undone\. \[y\/N\] /, "n\r", 1],
    [[...selected, "--if-processing", "cancel"], /Delete 13 batches\? This/, "\r", 1],
    [["purge", "--all"], /This can't be undone\. Type 9 to delete 9 batches: /, "y\r", 1],
    [["purge", "--all"], /Type 9 to delete 9 batches: /, "13\r", 1],
    [["purge", "--all", "--limit", "5"], /Type 1 to delete 1 batch: /, "\x04", 1],
    [["purge", "--all"], /Type 9 to delete 9 batches: /, "9\r", 1],
  ]) {
    const job = onTerminal(args, { world });
    await job.see(question);
    job.type(typed);
    const { code, shown } = await job.ended;
    assert.equal(code, expected, shown);
    const named =
      /4 would fail\S* \(/.test(shown) && shown.includes("--if-processing wait or cancel");
    assert.equal(named, !args.includes("cancel"), shown);
    assert.equal(shown.includes("canceled first"), args.includes("cancel"));
    const { deleted } = await world.batches();
    assert.deepEqual(deleted.toSorted(), typed === "9\r" ? ended.toSorted() : []);
    if (typed === "9\r") assert.equal(screen(shown).at(-1), "9 deleted, 4 failed");
  }
});

test("the progress of a list: of purge, and of list if stdout is not the terminal", async (t) => {
  const { world, folder } = await setUp(t);
  await world.create({ count: 1_100, createdAt: "2026-01-01T00:00:00Z" });
  await world.faults([{ times: null, match: { method: "GET" }, delayMs: 700 }]);
  const redirect = `> '${join(folder, "out")}'`;
  for (const args of [
    ["purge", "--created-before", "30d", "--dry-run"],
    ["list", "--ids", "--limit", "200"],
  ]) {
    const shown = (await onTerminal(args, { world, redirect }).ended).shown;
    assert.match(shown, /Listing: [1-9]\d* selected, 1 page read/);
    assert.ok(!screen(shown).join("\n").includes("Listing"), "it is gone at the end");
    const interrupted = onTerminal(args, { world, redirect });
    await interrupted.see(/Listing/);
    interrupted.type("\x03");
    const end = await interrupted.ended;
    assert.equal(end.code, 130);
    assert.deepEqual(screen(end.shown), [], "it is gone after Ctrl-C");
    const quiet = await onTerminal([...args, "--quiet"], { world, redirect }).ended;
    assert.deepEqual(quiet.shown, "");
  }
});

test("Ctrl-C on the keyboard ends a job in an orderly way", async (t) => {
  const { world } = await setUp(t);
  await world.faults([{ times: null, delayMs: 100 }]);
  const job = onTerminal(["delete", ...many(2_000)], { world });
  await job.see(LINE);
  job.type("\x03");
  const { code, shown } = await job.ended;
  assert.equal(code, 130);
  assert.match(screen(shown).join("\n"), /Interrupted: waiting for responses\./);
  assert.match(screen(shown).at(-1), /^0 deleted, \d+ missing, \d+ not sent$/);
});

test("ids typed on the terminal", async (t) => {
  const { world } = await setUp(t);
  const [id] = idsOf(await world.create());
  const job = onTerminal(["delete", "-"], { world });
  await job.see(/Ctrl-D ends the list\./);
  job.type(`${id}\n`);
  job.type("\x04");
  const { code, shown } = await job.ended;
  assert.equal(code, 0, shown);
  assert.equal(screen(shown).at(-1), "1 deleted");
});

test("the progress does not erase the ids that are typed", async (t) => {
  const { world } = await setUp(t);
  // Longer than a few intervals of the progress.
  await world.faults([{ times: null, delayMs: 1_000 }]);
  const job = onTerminal(["delete", "-"], { world });
  await job.see(/Ctrl-D ends the list\./);
  job.type("b1\nb2");
  await until(async () => (await world.stats()).requests === 1, "the first request");
  await until(async () => (await world.stats()).active === 0, "its response");
  job.type("3\n");
  job.type("\x04");
  const { code, shown } = await job.ended;
  assert.equal(code, 0, shown);
  assert.ok(!shown.includes(ESC), JSON.stringify(shown));
  assert.equal(screen(shown).at(-1), "0 deleted, 2 missing");
});

test("list on a terminal: a table with a header", async (t) => {
  const { world } = await setUp(t);
  await world.create({ count: 2 });
  const { shown } = await onTerminal(["list"], { world, columns: 120 }).ended;
  const [head, ...rows] = screen(shown);
  assert.match(head, /^ID +STATUS +CREATED +ENDED$/);
  assert.equal(rows.length, 2);
  for (const row of rows) assert.equal(row.indexOf("ended"), head.indexOf("STATUS"));
});

test("the line of the progress", () => {
  const line = (state, started = 0) =>
    progressLine(
      { done: 0, skipped: 0, total: undefined, ratePerSecond: 0, pausedUntil: 0, ...state },
      100_000,
      started,
    );
  assert.equal(line({ done: 7, ratePerSecond: 3.4 }), "7 done  3/s");
  assert.equal(
    line({ done: 100, skipped: 50, total: 200, ratePerSecond: 48.7 }),
    "[===============     ]  150/200  75 %  49/s  50 s left",
  );
  assert.equal(
    line({ done: 1, total: 100_000, pausedUntil: 161_000 }),
    "[                    ]  1/100000  0 %  paused for 1 min 1 s  2777 h 45 min left",
  );
  // The rate and the time left appear after one second.
  const state = { done: 8, total: 16, ratePerSecond: 9, failed: 3 };
  assert.equal(line(state, 99_001), "[==========          ]  8/16  50 %  3 failed");
  assert.equal(line(state, 99_000), "[==========          ]  8/16  50 %  3 failed  9/s  1 s left");
  assert.equal(line({ total: 0 }), "[====================]  0/0  100 %  0/s");
  // `done` exceeds `total` if the file has grown, or has an id twice.
  assert.equal(line({ done: 5, total: 4 }), "[====================]  5/4  100 %  0/s");
});
