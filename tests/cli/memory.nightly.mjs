// A list of ids without end: the command keeps none of them.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { feed, setUp, start } from "./command.mjs";

/**
 * The limit of the peak's growth. After the first 100 000 ids, Node's heap and the memory that recognizes repeated ids
 * have their size. A job that kept all ids would need another 48 MiB, and twice that with their outcomes.
 */
const [FEW, MANY, LENGTH] = [100_000, 300_000, 250];
const GROWTH = 24 * 1024 * 1024;

/** No server is as fast as a memory test is long: the hook responds in its place. */
const HOOK = `
globalThis.fetch = async (url) => {
  const id = url.slice(url.lastIndexOf("/") + 1);
  return new Response(JSON.stringify({ id, type: "message_batch_deleted" }), {
    headers: { "content-type": "application/json" },
  });
};
process.on("exit", () => process.stderr.write("peak " + process.resourceUsage().maxRSS + "\\n"));
`;

test("300 000 ids on stdin: memory does not grow with them", async (t) => {
  const { world, folder } = await setUp(t);
  const hook = join(folder, "hook.mjs");
  await writeFile(hook, HOOK);
  async function peak(count) {
    // A small young generation, because garbage that is collected late would count as growth.
    const node = ["--import", hook, "--max-semi-space-size=2"];
    const args = ["delete", "-", "--json", "--concurrency", "32"];
    const job = start(args, { world, input: null, node });
    let lines = 0;
    job.child.stdout.removeAllListeners("data").on("data", (text) => {
      lines += text.split("\n").length - 1;
    });
    await feed(job, function* () {
      for (let index = 0; index < count; index += 1) {
        yield `${`msgbatch_${index}_`.padEnd(LENGTH, "x")}\n`;
      }
    });
    const { code, stderr } = await job.ended;
    assert.equal(code, 0, stderr);
    assert.equal(lines, count + 1);
    return Number(/^peak (\d+)$/m.exec(stderr)[1]) * 1_024;
  }
  const [few, many] = [await peak(FEW), await peak(MANY)];
  const mib = (bytes) => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
  t.diagnostic(`at most ${mib(few)} with ${FEW} ids, ${mib(many)} with ${MANY}`);
  assert.ok(many - few < GROWTH, `${mib(few)} and ${mib(many)}`);
});
