// `npm run check:betas`: compares the known beta flags with the flags of the installed official SDK.
// The type is open (any string is a flag), so a difference is not a fault. Exit code 1: there is one.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../shared/run.mjs";
import { main } from "../shared/say.mjs";

const SDK = join(ROOT, "node_modules/@anthropic-ai/sdk");

await main(async () => {
  const [{ version }, theirs, ours] = await Promise.all([
    readFile(join(SDK, "package.json"), "utf8").then(JSON.parse),
    readFile(join(SDK, "resources/beta/beta.d.ts"), "utf8").then(flagsOfSdk),
    readFile(join(ROOT, "policy/src/options/betas.rs"), "utf8").then(flagsOfCrate),
  ]);
  const added = theirs.filter((flag) => !ours.includes(flag));
  const gone = ours.filter((flag) => !theirs.includes(flag));
  console.log(`${ours.length} flags here, ${theirs.length} in the official SDK ${version}`);
  for (const flag of added) console.log(`+ ${flag}`);
  for (const flag of gone) console.log(`- ${flag}`);
  if (added.length + gone.length > 0) process.exitCode = 1;
});

function flagsOfSdk(declarations) {
  const [, union] = /export type AnthropicBeta = ([^;]+);/.exec(declarations) ?? [];
  return flagsIn("the SDK's union AnthropicBeta", union, /'([^']+)'/g);
}

function flagsOfCrate(source) {
  return flagsIn(
    "the list of policy/src/options/betas.rs",
    source,
    /"([a-z][a-z0-9-]*-\d{4}-\d{2}-\d{2})"/g,
  );
}

/** An empty list means that the file has another form, not that there are no flags. */
function flagsIn(name, text, pattern) {
  const flags = [...new Set([...(text ?? "").matchAll(pattern)].map(([, flag]) => flag))];
  if (flags.length === 0) throw new Error(`${name} has no flags: its form has changed`);
  return flags;
}
