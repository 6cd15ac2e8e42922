// A project with two versions of the package, `first` and `second`, each with its own wasm.

import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inlineModule } from "../../tools/build/generated-parts.mjs";
import { run } from "../../tools/shared/run.mjs";
import { makeProject, NPM } from "./projects.mjs";
import { wasmFile } from "./wasm-file.mjs";

/** The fingerprint of the second version. */
const OTHER = "0badcafe";
const SIDE_BY_SIDE = new URL("side-by-side.mjs", import.meta.url);

/** Resolves with the project's folder, and with the fingerprint of each version's wasm. */
export async function projectOfTwoVersions(packed, name, files) {
  const { tarball, fingerprints } = await packAnotherVersion(packed, name);
  const all = { "side-by-side.mjs": await readFile(SIDE_BY_SIDE, "utf8"), ...files };
  const packages = [`first@file:${packed.tarball}`, `second@file:${tarball}`];
  return { project: await makeProject(packed, name, all, packages), fingerprints };
}

async function packAnotherVersion({ folder, tarball }, name) {
  const unpacked = join(folder, `${name}-second`);
  await mkdir(unpacked);
  await run("tar", ["-xzf", tarball, "-C", unpacked, "--strip-components", "1"]);
  const change = async (path, changed) => {
    const file = join(unpacked, path);
    await writeFile(file, changed(await readFile(file, "utf8")));
  };
  await change("package.json", (text) =>
    JSON.stringify({ ...JSON.parse(text), version: "99.0.0" }),
  );

  const { path, fingerprint } = wasmFile("full", unpacked);
  const renamed = (text) => text.replaceAll(fingerprint, OTHER);
  const wasm = (await readFile(path)).subarray(0, -fingerprint.length);
  const other = Buffer.concat([wasm, Buffer.from(OTHER)]);
  await rm(path);
  await writeFile(renamed(path), other);
  await writeFile(join(unpacked, "wasm/full-inline.js"), inlineModule(other));
  const entries = (await readdir(join(unpacked, "entry"))).filter((name) => name.endsWith(".js"));
  for (const name of entries) await change(`entry/${name}`, renamed);
  await change("cjs/index.cjs", renamed);
  const args = ["pack", "--json", "--pack-destination", unpacked, ...NPM];
  const [{ filename }] = JSON.parse(await run("npm", args, { cwd: unpacked }));
  return { tarball: join(unpacked, filename), fingerprints: [fingerprint, OTHER].sort() };
}

/** Returns the expected report of `copies` copies, with the fingerprints of their wasm. */
export function expected(copies, fingerprints) {
  const gone = "message_batch_deleted";
  const each = (value) => Array.from({ length: copies }, () => value);
  const others = each(gone).slice(1);
  return {
    deletions: copies + 2 * copies * copies,
    report: {
      types: each(gone),
      errors: each({ code: "not_found", recognizedBy: copies, instanceOf: 1 }),
      traps: each({ own: ["internal", "internal"], others, next: [gone] }),
      aborts: each({ isReason: true, others, next: [gone] }),
      left: [],
      fingerprints,
      added: [],
    },
  };
}
