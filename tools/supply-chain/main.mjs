// `npm run supply-chain`: checks the crates of the build and the tests, by deny.toml. A command of
// its own, not a step of `npm test`: cargo-deny takes minutes to compile.

import { execute } from "../shared/run.mjs";
import { rustEnvironment } from "../shared/rust.mjs";
import { main, Stop } from "../shared/say.mjs";
import { cargoTool } from "../test/cargo-tool.mjs";

const VERSION = "0.20.2";

/** The message of cargo-deny if it can't reach the advisories. */
const UNREACHABLE = /failed to fetch advisory database/;

await main(async () => {
  const env = await rustEnvironment();
  const command = await cargoTool("cargo-deny", VERSION, env);
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
