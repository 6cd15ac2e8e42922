// `npm run release`: checks that a version can be published, and tags it; the workflow publishes the
// tag. `-- --dry-run` only checks. `-- --repository URL` writes the repository's address into the
// manifests: the only step that needs it.

import { parseArgs } from "node:util";
import { run } from "../shared/run.mjs";
import { main, Stop, step } from "../shared/say.mjs";
import { checks } from "./checks.mjs";
import { readManifests, writeRepository } from "./manifests.mjs";

await main(async () => {
  const { values } = parseArgs({
    options: { "dry-run": { type: "boolean" }, repository: { type: "string" } },
  });
  if (values.repository !== undefined) return writeRepository(values.repository);
  const manifests = await readManifests();
  const problems = [];
  for (const { name, check } of checks) {
    const done = step(name);
    const problem = await check(manifests);
    done(problem ? `✗ ${problem}` : "✓");
    if (problem) problems.push(problem);
  }
  if (problems.length > 0) throw new Stop(`${problems.length} of ${checks.length} checks failed.`);
  const tag = `v${manifests.npm.version}`;
  if (values["dry-run"]) return console.log(`\n${tag} can be published.`);
  await run("git", ["tag", "--annotate", tag, "--message", `delete-message-batch ${tag}`]);
  console.log(`\nTagged ${tag}. Push it, and the workflow publishes: git push origin ${tag}`);
});
