// `npm run docs`: the reference of the package by TypeDoc and of the crates by rustdoc, in target/.
// A warning of either, such as a broken link or a name that is not exported, is a failure.

import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build } from "../build/main.mjs";
import { ROOT, run } from "../shared/run.mjs";
import { TARGET } from "../shared/rust.mjs";
import { main, step } from "../shared/say.mjs";

/** TypeDoc has a TypeScript of its own, because it can't use the workspace's yet. */
const VERSIONS = { typedoc: "0.28.20", typescript: "5.9.3" };
const FOLDER = join(ROOT, `.tools/typedoc-${VERSIONS.typedoc}`);
const OUTPUT = join(ROOT, "target/docs");

await main(async () => {
  const env = await build();
  await typedoc();
  await rustdoc(env);
});

async function typedoc() {
  if (!existsSync(join(FOLDER, "node_modules/typedoc"))) await install();
  const done = step("the types, by TypeDoc");
  const options = {
    entryPoints: [join(ROOT, "pkg/types/index.d.ts"), join(ROOT, "pkg/types/core.d.ts")],
    tsconfig: "tsconfig.json",
    name: "delete-message-batch",
    readme: "none",
    out: OUTPUT,
    disableGit: true,
    sourceLinkTemplate: "{path}#{line}",
    // The runtime's types, and helpers of one signature.
    intentionallyNotExported: [
      "FetchFunction",
      "Request",
      "Response",
      "Selecting",
      "SelectingOptions",
    ],
    treatWarningsAsErrors: true,
  };
  const compilerOptions = {
    ...{ target: "es2022", module: "nodenext", lib: ["es2022", "dom"], types: [], strict: true },
  };
  writeFileSync(join(FOLDER, "typedoc.json"), JSON.stringify(options));
  const files = options.entryPoints;
  writeFileSync(join(FOLDER, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  const command = join(FOLDER, "node_modules/typedoc/bin/typedoc");
  await run(process.execPath, [command, "--options", "typedoc.json"], { cwd: FOLDER });
  done(`${relative(ROOT, OUTPUT)}/index.html`);
}

async function install() {
  const done = step(`installing TypeDoc ${VERSIONS.typedoc} into .tools/, once`);
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const manifest = { name: "typedoc", private: true, type: "module", dependencies: VERSIONS };
  writeFileSync(join(FOLDER, "package.json"), JSON.stringify(manifest));
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: FOLDER });
  done();
}

/** Documents the crates as docs.rs does: all features, and of the compiler's features the one that `docsrs` enables. */
async function rustdoc(env) {
  const done = step("the crates, by rustdoc");
  const [policy, wasm] = ["delete_message_batch_policy", "delete_message_batch"];
  const flags = { ...env, RUSTDOCFLAGS: "-D warnings --cfg docsrs", RUSTC_BOOTSTRAP: policy };
  const doc = (name, ...more) => {
    const args = ["doc", "--locked", "--no-deps", "--all-features", ...more];
    return run("cargo", [...args, "--package", name.replaceAll("_", "-")], { env: flags });
  };
  await doc(policy);
  await doc(wasm, "--target", TARGET);
  done(`target/doc/${policy}/index.html`);
}
