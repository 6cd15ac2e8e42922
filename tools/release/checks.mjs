// The checks of a version before it is published. Each resolves with a problem, or with nothing.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execute, ROOT } from "../shared/run.mjs";
import { rustEnvironment } from "../shared/rust.mjs";
import { cargoTool } from "../test/cargo-tool.mjs";
import { CRATES } from "./manifests.mjs";

const succeeds = async (command, args) => {
  const { code, output } = await execute(command, args);
  return code === 0 ? undefined : output.trim().slice(-2_000);
};

const SEMVER_CHECKS = "0.51.0";

/**
 * Compares the documented items of the policy crate with the last version's. A change that breaks its users needs a
 * greater version. Without a tag there is no version that this one could break.
 */
async function compareItems({ npm }) {
  const tags = ["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"];
  // The workflow checks a tag that exists.
  const { code, stdout } = await execute("git", [...tags, "--exclude", `v${npm.version}`]);
  return code === 0 ? semverProblem(stdout.trim()) : undefined;
}

/** Resolves with the problem of the crate's changes since a revision of git, or with nothing. */
export async function semverProblem(revision) {
  const env = await rustEnvironment();
  const command = await cargoTool("cargo-semver-checks", SEMVER_CHECKS, env, "--locked");
  const args = ["semver-checks", "--package", CRATES[0], "--all-features"];
  const { code, output } = await execute(command, [...args, "--baseline-rev", revision], { env });
  return code === 0 ? undefined : output.trim().slice(-2_000);
}

/** Packs the crates and compiles the packages. A warning is also a problem. */
async function packCrates() {
  const packages = CRATES.flatMap((name) => ["--package", name]);
  const env = await rustEnvironment();
  const { code, output } = await execute("cargo", ["package", "--locked", ...packages], { env });
  const isClean = code === 0 && !/^warning/m.test(output);
  return isClean ? undefined : output.trim().slice(-2_000);
}

export const checks = [
  {
    name: "the manifests have the same version",
    check: ({ npm, cargo }) =>
      npm.version === cargo.version
        ? undefined
        : `pkg/package.json has ${npm.version}, Cargo.toml ${cargo.version}`,
  },
  {
    name: "the manifests name the repository",
    check: ({ npm, cargo }) =>
      npm.repository && npm.homepage && npm.bugs && cargo.repositories.every(Boolean)
        ? undefined
        : "the repository's address is not set: npm run release -- --repository https://…",
  },
  {
    name: "the changelog has the version, dated",
    check: async ({ npm }) => {
      const changelog = await readFile(join(ROOT, "CHANGELOG.md"), "utf8");
      const heading = new RegExp(
        `^## \\[${npm.version.replaceAll(".", "\\.")}\\] - \\d{4}-\\d{2}-\\d{2}$`,
        "m",
      );
      return heading.test(changelog)
        ? undefined
        : `CHANGELOG.md has no heading "## [${npm.version}] - YYYY-MM-DD"`;
    },
  },
  {
    name: "everything is committed",
    check: async () => {
      const { stdout } = await execute("git", ["status", "--porcelain"]);
      return stdout.trim() === "" ? undefined : `there are changes:\n${stdout}`;
    },
  },
  {
    name: "the package is built",
    check: () => succeeds(process.execPath, ["tools/build/main.mjs"]),
  },
  {
    name: "the npm package packs",
    check: () => succeeds("npm", ["pack", "--dry-run", "--workspace", "pkg"]),
  },
  {
    name: "the version allows the changes of the policy crate since the last one",
    check: compareItems,
  },
  {
    name: "the crates pack, without a warning",
    check: packCrates,
  },
];
