// Puts together the assets of the Worker: the page and the package, each bundled by esbuild. `wrangler deploy` runs
// this by itself.

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { build as bundle } from "esbuild";
import { build } from "../build/main.mjs";
import { ROOT } from "../shared/run.mjs";
import { main } from "../shared/say.mjs";

export const ASSETS = join(ROOT, "www/worker/assets");

const OPTIONS = {
  bundle: true,
  minify: true,
  write: false,
  format: "esm",
  target: "es2023",
  charset: "utf8",
  sourcemap: "linked",
  outdir: ASSETS,
  absWorkingDir: ROOT,
  logLevel: "silent",
  define: { "process.env.NODE_ENV": '"production"' },
  // Licences are in the packages; a comment in a bundle reaches every visitor.
  legalComments: "none",
};

/** Removes indentation, which would stay in the templates of the page. The lines keep their numbers. */
const dedent = {
  name: "dedent",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]www[\\/].*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll(/^[ \t]+/gm, ""),
    })),
};

/** Writes only the files that changed: another Worker may be serving them right now. */
export async function writeAssets() {
  const files = new Map([
    ...(await bundlePage()),
    ...(await bundlePackage()),
    ...documents(),
    ...wasm(),
  ]);
  for (const [name, contents] of files) write(join(ASSETS, name), contents);
  for (const name of readdirSync(ASSETS, { recursive: true })) {
    const path = join(ASSETS, name);
    if (!files.has(name.replaceAll("\\", "/")) && statSync(path).isFile()) rmSync(path);
  }
}

/** Returns the page's files as they are served, by name, without the package. */
export async function pageFiles() {
  return new Map([...(await bundlePage()), ...documents()]);
}

/** The page imports the package by its address, so that both are cached on their own. */
const bundlePage = () =>
  outputs({
    entryPoints: { main: "www/app/main.js", page: "www/page.css", "sign-in": "www/app/sign-in.js" },
    external: ["/pkg/*"],
    plugins: [dedent],
  });

/** The wasm keeps its place beside the script, because the script finds it by a relative address. */
const bundlePackage = () => outputs({ entryPoints: { "pkg/entry/url": "pkg/entry/url.js" } });

async function outputs(options) {
  const { outputFiles } = await bundle({ ...OPTIONS, ...options });
  return outputFiles.map(({ path, contents }) => [
    relative(ASSETS, path).replaceAll("\\", "/"),
    Buffer.from(contents),
  ]);
}

const documents = () => copies("www", "", /\.(?:html|svg)$/);
const wasm = () => copies("pkg/wasm", "pkg/wasm/", /^full-.*\.wasm$/);

const copies = (folder, prefix, pattern) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => pattern.test(name))
    .map((name) => [`${prefix}${name}`, readFileSync(join(ROOT, folder, name))]);

function write(target, contents) {
  if (existsSync(target) && readFileSync(target).equals(contents)) return;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, contents);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await main(async () => {
    await build();
    await writeAssets();
  });
}
