// `npm test -- --changed`: the steps that a change of files can break.

import { execute, run } from "../shared/run.mjs";

const BROWSERS = ["chromium", "firefox", "webkit"];
const RUNTIMES = ["node", "nodes", "deno", "bun", "workerd"];
/** The steps that do not run the package or the emulator. */
const APART = ["lint", "tools", "types", "policy", "wasm-node", "wasm-chromium"];

/**
 * Each row: the beginnings of paths, and the steps that a file there can break; a file belongs to the first row that
 * has its beginning. `every` is every step; `served` every step that talks to the emulator.
 */
const TABLE = [
  [["tests/emulator/src/", "tests/emulator/Cargo.toml"], ["served"]],
  [["tests/emulator/"], ["rust"]],
  [
    ["tests/runtimes/spec/", "tests/runtimes/run-spec.mjs"],
    [...RUNTIMES, ...BROWSERS, "rust", "tools"],
  ],
  [["tests/runtimes/resend"], ["bun"]],
  [["tests/runtimes/node-versions"], ["nodes"]],
  [["tests/runtimes/workerd"], ["workerd", "relay", "readme"]],
  [["tests/runtimes/deno.test"], ["deno"]],
  [["tests/runtimes/"], ["served"]],
  [["tests/browsers/"], [...BROWSERS, ...RUNTIMES, "packaging", "readme", "next", "tools"]],
  [["tests/packaging/"], ["packaging", "workerd", "node", "cli", "chromium", "next"]],
  [["tests/readme/"], ["readme", "packaging", "chromium", "next"]],
  [["tests/relay/"], ["relay", "chromium", "worker", "litellm"]],
  [["tests/bench/"], ["budgets"]],
  [["tests/soak/"], ["tools"]],
  [["tests/consumers/"], ["readme", "next"]],
  [
    ["tests/policy/", "tests/options/"],
    ["policy", "tools", "types"],
  ],
  [["tests/wasm/"], ["wasm-node", "wasm-chromium"]],
  [["www/worker/"], ["worker", "tools", ...BROWSERS]],
  [["www/"], ["tools", ...BROWSERS]],
  [["examples/next/"], ["readme", "next"]],
  [["examples/rust/", "tests/client/"], ["rust"]],
  [["examples/cron/"], ["packaging"]],
  [["examples/"], ["relay", "readme", "types"]],
  [["pkg/cli/"], ["cli", "packaging"]],
  [["pkg/types/"], ["types", "packaging", "deno"]],
  [
    ["docs/", "README.md", "pkg/README.md"],
    ["readme", "packaging", "cli", "sdk", "chromium", "types"],
  ],
  [["policy/README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"], []],
  [[".editorconfig", ".gitignore", ".github/", ".ci/", "biome.json", "deny.toml"], []],
  [["tools/start/"], [...BROWSERS, "worker", "workerd", "relay", "tools"]],
  [
    ["tools/mutants/", "tools/docs/", "tools/simulate/"],
    ["tools", "cli"],
  ],
  [["tools/check/", "tools/msrv/", "tools/release/", "tools/reproduce/"], []],
  [["tools/screenshots/", "tools/supply-chain/"], []],
  [["policy/", "src/", "pkg/", "Cargo", ".cargo/", "rust-toolchain.toml", "package"], ["every"]],
  [["tools/build/", "tools/bindgen/", "tools/shared/", "tools/test/"], ["every"]],
];

/**
 * Returns the steps that a change of these files can break, in the order of `steps`.
 * @template {{ name: string }} Step
 * @param {string[]} files paths in the project
 * @param {Step[]} steps
 * @returns {Step[]} none without a file; else lint and tools are among them
 */
export function stepsOf(files, steps) {
  // The words of every file are checked by `tools`.
  const names = new Set(files.length > 0 ? ["lint", "tools"] : []);
  for (const file of files) for (const name of namesOf(file)) names.add(name);
  const isServed = ({ name }) => names.has("served") && !APART.includes(name);
  return steps.filter((step) => names.has("every") || names.has(step.name) || isServed(step));
}

function namesOf(file) {
  const row = TABLE.find(([starts]) => starts.some((start) => file.startsWith(start)));
  if (row) return row[1];
  // A folder of tests with a step of its name.
  const [, folder] = /^tests\/([^/]+)\//.exec(file) ?? [];
  return [folder ?? "every"];
}

/** Returns the names of all steps in the table. */
export const namesInTable = () =>
  new Set(
    TABLE.flatMap(([, names]) => names).filter((name) => !["every", "served"].includes(name)),
  );

/** Resolves with the files that differ from the merge base with origin/main or, without that branch, from HEAD. */
export async function changedFiles() {
  const merged = await execute("git", ["merge-base", "HEAD", "origin/main"]);
  const base = merged.code === 0 ? merged.stdout.trim() : "HEAD";
  const tracked = await run("git", ["diff", "--name-only", "--no-renames", base]);
  const added = await run("git", ["ls-files", "--others", "--exclude-standard"]);
  return (tracked + added).split("\n").filter(Boolean);
}
