// `npm run msrv`: checks both crates with the oldest Rust that Cargo.toml promises. rustup installs that
// compiler into `.tools/`, so the machine's own toolchains stay as they are.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run } from "../shared/run.mjs";
import { rustEnvironment, TARGET } from "../shared/rust.mjs";
import { main, Stop, step } from "../shared/say.mjs";

const FOLDER = join(ROOT, ".tools/msrv");
const POLICY = ["--package", "delete-message-batch-policy"];
/** The crates that users compile, each with its features. */
const CHECKS = {
  "the policy with all features": [...POLICY, "--all-features"],
  "the policy without features": [...POLICY, "--no-default-features"],
  "the client for Workers": [...POLICY, "--features", "worker", "--target", TARGET],
  "both, for wasm": [...POLICY, "--package", "delete-message-batch", "--target", TARGET],
};

await main(async () => {
  const version = promised();
  const env = {
    ...(await rustEnvironment()),
    RUSTUP_HOME: FOLDER,
    RUSTUP_TOOLCHAIN: version,
    CARGO_TARGET_DIR: join(ROOT, "target/msrv"),
  };
  const installed = step(`Rust ${version}, in .tools/msrv`);
  const options = ["--profile", "minimal", "--target", TARGET, "--no-self-update"];
  await run("rustup", ["toolchain", "install", version, ...options], {
    env,
    missing: "rustup is missing: https://rustup.rs",
  });
  const found = (await run("rustc", ["--version"], { env })).trim();
  if (!found.startsWith(`rustc ${version}.`)) throw new Stop(`The compiler is ${found}`);
  installed(found);
  for (const [name, args] of Object.entries(CHECKS)) {
    const done = step(name);
    await run("cargo", ["check", "--locked", ...args], { env });
    done();
  }
});

/** The `rust-version` of Cargo.toml, such as 1.88. */
function promised() {
  const manifest = readFileSync(join(ROOT, "Cargo.toml"), "utf8");
  const found = /^rust-version = "(\d+\.\d+)"$/m.exec(manifest);
  if (!found) throw new Stop("Cargo.toml names no rust-version");
  return found[1];
}
