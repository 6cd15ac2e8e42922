// The wasm of a package, whose file is named after its fingerprint.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../tools/shared/run.mjs";

/** `{ path, fingerprint }` of the wasm of `core` or `full`, of this project's package or another. */
export function wasmFile(name, packageFolder = join(ROOT, "pkg")) {
  const folder = join(packageFolder, "wasm");
  const found = readdirSync(folder).flatMap((file) => {
    const [, fingerprint] = new RegExp(`^${name}-(\\w+)\\.wasm$`).exec(file) ?? [];
    return fingerprint ? [{ path: join(folder, file), fingerprint }] : [];
  });
  if (found.length !== 1) throw new Error(`${folder} has ${found.length} files of ${name}`);
  return found[0];
}
