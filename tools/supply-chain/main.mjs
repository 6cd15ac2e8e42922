// `npm run supply-chain`: checks the crates of the build and the tests, by deny.toml. A command of
// its own, not a step of `npm test`: cargo-deny takes minutes to compile.

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { execute, ROOT, run } from "../shared/run.mjs";
import { rustEnvironment } from "../shared/rust.mjs";
import { main, Stop, step } from "../shared/say.mjs";
import { onPath } from "../test/debian.mjs";

const VERSION = "0.20.2";
const FOLDER = join(ROOT, `.tools/cargo-deny-${VERSION}`);

/** The message of cargo-deny if it can't reach the advisories. */
const UNREACHABLE = /failed to fetch advisory database/;

await main(async () => {
  const env = await rustEnvironment();
  const command = await cargoDeny(env);
  const check = (...checks) => {
    const args = ["--workspace", "--locked", "--all-features", "check", ...checks];
    return execute(command, args, { env });
  };
  const { code, output } = await check("licenses", "bans", "sources");
  console.log(output.trim());
  if (code !== 0) throw new Stop("deny.toml does not allow all crates.");
  const advisories = await check("advisories");
  console.log(advisories.output.trim());
  if (UNREACHABLE.test(advisories.output)) {
    console.log("\nNOT CHECKED: advisories, whose database can't be reached from here.");
  } else if (advisories.code !== 0) {
    throw new Stop("A crate has an advisory.");
  }
});

/** The command's path: that on PATH, else one that is compiled into `.tools/`, once. */
async function cargoDeny(env) {
  const installed = join(FOLDER, "bin/cargo-deny");
  const found = onPath(["cargo-deny"]) ?? (existsSync(installed) ? installed : undefined);
  if (found) return found;
  const done = step(`compiling cargo-deny ${VERSION}, once (some minutes)`);
  const args = ["install", "cargo-deny", "--version", `=${VERSION}`, "--root", FOLDER, "--quiet"];
  // From outside the project, so that its profiles and rust-toolchain.toml play no part.
  await run("cargo", args, { cwd: homedir(), env });
  done();
  return installed;
}
