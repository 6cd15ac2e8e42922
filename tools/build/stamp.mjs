// The inputs of the last build, so that a build with nothing changed does nothing.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT } from "../shared/run.mjs";

const STAMP = join(ROOT, ".tools/build-stamp.json");

/** Returns the content hash of each file, `{ path: hash }`, with all files of each folder. */
export function fingerprint(paths, root = ROOT) {
  const hashes = {};
  for (const path of paths.flatMap((name) => filesOf(join(root, name))).sort()) {
    hashes[relative(root, path).replaceAll("\\", "/")] = createHash("sha256")
      .update(readFileSync(path))
      .digest("hex");
  }
  return hashes;
}

/** Describes the difference from the last build; undefined without one. */
export function changeSinceLastBuild(inputs, readOutputs) {
  if (!existsSync(STAMP)) return "first build";
  let last;
  try {
    last = JSON.parse(readFileSync(STAMP, "utf8"));
  } catch {
    return "the record of the last build is damaged";
  }
  // The inputs first, because a user knows of their change.
  return difference(last.inputs, inputs) ?? difference(last.outputs, readOutputs());
}

/** Keeps the fingerprints of the inputs and outputs of this build. */
export function recordBuild(inputs, outputs) {
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, `${JSON.stringify({ inputs, outputs }, null, 2)}\n`);
}

/** Describes the difference between two fingerprints; undefined without one. */
export function difference(before, now) {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  const changes = [...names].filter((name) => before[name] !== now[name]);
  if (changes.length === 0) return undefined;
  const [first] = changes;
  const verb = !(first in before) ? "is new" : !(first in now) ? "is gone" : "changed";
  const more = changes.length > 1 ? ` and ${changes.length - 1} more` : "";
  return `${first}${more} ${verb}`;
}

function filesOf(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path).flatMap((name) => filesOf(join(path, name)));
  } catch {
    return [path];
  }
}
