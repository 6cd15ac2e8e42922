// `npm run reproduce`: builds the package in another folder, with another home of cargo, and compares
// the result with the package in this folder, byte by byte.

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../build/main.mjs";
import { difference, fingerprint } from "../build/stamp.mjs";
import { ROOT, run } from "../shared/run.mjs";
import { main, Stop, step } from "../shared/say.mjs";

const COPIED = ["src", "policy", "tools", "pkg", "package.json", "package-lock.json"];
/** The workspace's other members, without which cargo does not read its manifest. */
const MEMBERS = [
  "examples/rust",
  "tests/client",
  "tests/emulator",
  "tests/options",
  "tests/policy",
];
const RUST = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "LICENSE-MIT", "LICENSE-APACHE"];

await main(async () => {
  await build();
  const folder = mkdtempSync(join(tmpdir(), "delete-message-batch-reproduced-"));
  try {
    const other = copyProject(folder);
    const done = step(`building it again: ${other}`);
    const env = { ...process.env, CARGO_HOME: linkCargoHome(folder) };
    delete env.CARGO_TARGET_DIR;
    await run(process.execPath, ["tools/build/main.mjs"], { cwd: other, env });
    done();
    const change = difference(fingerprint(["pkg"]), fingerprint(["pkg"], other));
    if (change) throw new Stop(`Two folders make two packages: ${change}`);
    const { length } = Object.keys(fingerprint(["pkg/wasm"], other));
    console.log(`Both folders made the same bytes: ${length} files in pkg/wasm`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A folder with the sources alone, and with the npm packages and tools of this one. */
function copyProject(folder) {
  const other = join(folder, "a/longer/path/to/the/project");
  for (const name of [...COPIED, ...MEMBERS, ...RUST]) {
    cpSync(join(ROOT, name), join(other, name), { recursive: true });
  }
  for (const made of ["pkg/wasm", "pkg/entry"]) rmSync(join(other, made), { recursive: true });
  mkdirSync(join(other, ".tools"));
  for (const name of readdirSync(join(ROOT, ".tools"))) {
    if (name !== "build-stamp.json")
      symlinkSync(join(ROOT, ".tools", name), join(other, ".tools", name));
  }
  symlinkSync(join(ROOT, "node_modules"), join(other, "node_modules"));
  return other;
}

/** Another home of cargo, with the same content. */
function linkCargoHome(folder) {
  const home = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const other = join(folder, "cargo-home");
  mkdirSync(other);
  for (const name of existsSync(home) ? readdirSync(home) : []) {
    symlinkSync(join(home, name), join(other, name));
  }
  return other;
}
