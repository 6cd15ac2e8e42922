// A project with two versions of the package, `first` and `second`, whose wasm differs, too.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inlineModule } from "../../tools/build/generated-parts.mjs";
import { run } from "../../tools/shared/run.mjs";
import { makeProject, NPM } from "./projects.mjs";

/** A section of wasm that runtimes skip, named "v2". */
const CUSTOM_SECTION = Uint8Array.of(0, 3, 2, ...new TextEncoder().encode("v2"));
const SIDE_BY_SIDE = new URL("side-by-side.mjs", import.meta.url);

/** Resolves with the project's folder, and with the size of each version's wasm. */
export async function projectOfTwoVersions(packed, name, files) {
  const { tarball, sizes } = await packAnotherVersion(packed, name);
  const all = { "side-by-side.mjs": await readFile(SIDE_BY_SIDE, "utf8"), ...files };
  const packages = [`first@file:${packed.tarball}`, `second@file:${tarball}`];
  return { project: await makeProject(packed, name, all, packages), sizes };
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

  const wasm = await readFile(join(unpacked, "wasm/full_bg.wasm"));
  const longer = Buffer.concat([wasm, CUSTOM_SECTION]);
  await writeFile(join(unpacked, "wasm/full_bg.wasm"), longer);
  await writeFile(join(unpacked, "wasm/full-inline.js"), inlineModule(longer));
  for (const path of ["wasm/full.js", "cjs/index.cjs"]) {
    await change(path, (text) => {
      const parts = text.split(`${wasm.length}`);
      if (parts.length !== 2) throw new Error(`${path} has the size of the wasm not exactly once`);
      return parts.join(`${longer.length}`);
    });
  }
  const args = ["pack", "--json", "--pack-destination", unpacked, ...NPM];
  const [{ filename }] = JSON.parse(await run("npm", args, { cwd: unpacked }));
  return { tarball: join(unpacked, filename), sizes: [wasm.length, longer.length] };
}

/** What so many copies report, of wasm of these sizes, and how many batches they delete. */
export function expected(copies, sizes) {
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
      sizes,
      added: [],
    },
  };
}
