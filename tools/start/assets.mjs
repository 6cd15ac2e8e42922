// Puts together the assets of the Worker: the page, and the package that it imports. `wrangler
// deploy` runs this by itself.

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "../build/main.mjs";
import { ROOT } from "../shared/run.mjs";
import { main } from "../shared/say.mjs";
import { lean } from "./lean.mjs";

export const ASSETS = join(ROOT, "www/worker/assets");

/** The files that `entry/url.js` needs, and nothing else of the package. */
const PACKAGE = [
  "entry/url.js",
  "connect.js",
  "errors.js",
  ...readdirSync(join(ROOT, "pkg/run")).map((name) => `run/${name}`),
  "wasm/betas.js",
  "wasm/full.js",
  "wasm/full_bg.wasm",
];

/** Writes only the files that changed: another Worker may be serving them right now. */
export function writeAssets() {
  const own = readdirSync(join(ROOT, "www"), { withFileTypes: true });
  const files = own.filter((entry) => entry.isFile()).map(({ name }) => name);
  const assets = new Map([
    ...files.map((name) => [name, join("www", name)]),
    ...PACKAGE.map((name) => [join("pkg", name), join("pkg", name)]),
  ]);
  for (const [to, from] of assets) copy(from, to);
  for (const name of readdirSync(ASSETS, { recursive: true })) {
    const path = join(ASSETS, name);
    if (!assets.has(name) && statSync(path).isFile()) rmSync(path);
  }
}

function copy(from, to) {
  const read = readFileSync(join(ROOT, from));
  const source = from.startsWith("www") ? Buffer.from(lean(from, read.toString())) : read;
  const target = join(ASSETS, to);
  if (existsSync(target) && readFileSync(target).equals(source)) return;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, source);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await main(async () => {
    await build();
    writeAssets();
  });
}
