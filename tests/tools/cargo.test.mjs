// How the tools run cargo: a lock that another one holds is named, and a build that fails leaves none behind.

import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { execute, ROOT } from "../../tools/shared/run.mjs";
import { until } from "../runtimes/until.mjs";

const posix = { skip: process.platform === "win32" };

/** Runs a module with these shell scripts as commands; `folder` has them, and is $FOLDER for them. */
async function runWith(t, commands, script) {
  const folder = mkdtempSync(join(tmpdir(), "delete-message-batch-cargo-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, lines] of Object.entries(commands)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const PATH = `${folder}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, PATH, FOLDER: folder, BATCHES_EMULATOR: "" };
  const args = ["--input-type=module", "--eval", script];
  const { code, output } = await execute(process.execPath, args, {
    ...{ cwd: ROOT, env },
    limitMs: 120_000,
  });
  assert.equal(code, 0, output);
  return { folder, output };
}

test("the lock of another cargo is named", posix, async (t) => {
  const { output } = await runWith(
    t,
    { cargo: "echo '    Blocking waiting for file lock on build directory' >&2" },
    'import { cargo } from "./tools/shared/rust.mjs";\nawait cargo(["build"], process.env);',
  );
  assert.equal(
    output,
    "  waiting for another cargo, which holds the lock on the build directory\n",
  );
});

test("npm start: a build that fails ends the compiler of the emulator", posix, async (t) => {
  const { folder, output } = await runWith(
    t,
    {
      cargo: 'echo $$ > "$FOLDER/started"; mv "$FOLDER/started" "$FOLDER/pid"; exec sleep 600',
      rustc: 'until [ -e "$FOLDER/pid" ]; do sleep 0.05; done; echo "no compiler" >&2; exit 1',
    },
    `import { prepare } from "./tools/start/prepare.mjs";
     await prepare({ live: false }).done.catch(({ message }) => console.log(message));`,
  );
  assert.match(output, /no compiler/);
  assert.match(output, /The demo can't start, because the build failed: see above\./);
  const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
  await until(() => !isAlive(pid), "the end of cargo");
});

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
