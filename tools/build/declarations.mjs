// Copies the types, with imports as each reader resolves them: to `pkg/cjs/types/` for CommonJS, because TypeScript
// recognizes a declaration for CommonJS by its name, and to `pkg/deno/` for Deno, which opens exactly the file that an
// import names.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../shared/run.mjs";

const PACKAGE = join(ROOT, "pkg");
/** The folder of each, the extension of its files, and that of its imports. */
const COPIES = [
  { folder: "cjs/types", file: ".d.cts", imported: ".cjs" },
  { folder: "deno", file: ".d.ts", imported: ".d.ts" },
];

/** Writes both folders anew. */
export function writeDeclarations() {
  const files = readdirSync(join(PACKAGE, "types")).map((name) => ["types", name]);
  for (const { folder, file, imported } of COPIES) {
    rmSync(join(PACKAGE, folder), { recursive: true, force: true });
    mkdirSync(join(PACKAGE, folder), { recursive: true });
    for (const path of [...files, ["wasm", "generated.d.ts"]]) {
      const text = readFileSync(join(PACKAGE, ...path), "utf8")
        .replaceAll("../wasm/generated.js", "./generated.js")
        .replaceAll(/(from|import\()( ?"\.\/\w+)\.js"/g, `$1$2${imported}"`);
      writeFileSync(join(PACKAGE, folder, path.at(-1).replace(/\.d\.ts$/, file)), text);
    }
  }
}
