// The command as npm installs it from the tarball.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { execute } from "../../tools/shared/run.mjs";
import { makeProject, pack } from "../packaging/projects.mjs";
import { environment, idsOf, setUp } from "./command.mjs";

test("the installed command deletes a batch, and npx finds it", async (t) => {
  const { world } = await setUp(t);
  const [first, second] = idsOf(await world.create({ count: 2 }));
  const packed = await pack();
  t.after(packed.remove);
  const project = await makeProject(packed, "installed");
  const options = { cwd: project, env: environment(world), limitMs: 180_000 };
  const linked = join(project, "node_modules/.bin/delete-message-batch");
  const direct = await execute(linked, ["delete", first], options);
  assert.deepEqual([direct.code, direct.output], [0, "1 deleted\n"]);
  const args = ["--offline", "--no", "delete-message-batch", "delete", second];
  const byNpx = await execute("npx", args, options);
  assert.deepEqual([byNpx.code, byNpx.stdout], [0, "1 deleted\n"]);
  assert.deepEqual((await world.batches()).batches, []);
});
