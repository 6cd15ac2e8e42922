// The specification's page, made by each bundler and by none, in folders of one site.

import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as esbuild from "esbuild";
import * as vite from "vite";
import webpack from "webpack";
import { ROOT } from "../../tools/shared/run.mjs";

const PAGE = fileURLToPath(new URL("page", import.meta.url));
const PACKAGE = "delete-message-batch";

/** How each page is made: `(site, name, main)`, where `main` is a script of `page/`. */
export const BUNDLERS = { bare, esbuild: withEsbuild, vite: withVite, webpack: withWebpack };

/** The folder of a page, below the site. */
export const pagePath = (name) => `/_static/${name}/index.html`;

/** No bundler: the files as they are, imported by path. */
async function bare(site, name, main) {
  const folder = join(site, name);
  const copies = ["pkg", "tests/runtimes", relative(ROOT, PAGE)];
  for (const path of copies) await cp(join(ROOT, path), join(folder, path), { recursive: true });
  const script = join(folder, relative(ROOT, PAGE), main);
  const entries = {
    [PACKAGE]: "inline",
    [`${PACKAGE}/url`]: "url",
    [`${PACKAGE}/core`]: "core/inline",
    [`${PACKAGE}/core/url`]: "core/url",
  };
  let text = await readFile(script, "utf8");
  for (const [specifier, entry] of Object.entries(entries)) {
    const path = relative(dirname(script), join(folder, `pkg/entry/${entry}.js`));
    text = text.replace(`"${specifier}"`, `"${path}"`);
  }
  await writeFile(script, text);
  await writePage(folder, relative(folder, script));
}

async function withEsbuild(site, name, main) {
  const folder = join(site, name);
  await esbuild.build({
    entryPoints: [join(PAGE, main)],
    outfile: join(folder, "main.js"),
    bundle: true,
    minify: true,
    format: "esm",
    logLevel: "error",
  });
  await writePage(folder, "main.js");
}

async function withWebpack(site, name, main) {
  const folder = join(site, name);
  const run = promisify(webpack);
  const stats = await run({
    mode: "production",
    entry: join(PAGE, main),
    output: { path: folder, filename: "main.js", publicPath: `/_static/${name}/` },
    performance: { hints: false },
  });
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString("errors-warnings"));
  await writePage(folder, "main.js");
}

async function withVite(site, name, main) {
  const folder = join(site, name);
  // Vite starts from a page.
  const root = join(site, `${name}-source`);
  await writePage(root, "./start.mjs");
  await writeFile(join(root, "start.mjs"), `import ${JSON.stringify(join(PAGE, main))};\n`);
  await vite.build({
    root,
    base: `/_static/${name}/`,
    configFile: false,
    logLevel: "error",
    build: { outDir: folder, emptyOutDir: true },
  });
}

async function writePage(folder, script) {
  await mkdir(folder, { recursive: true });
  const page = await readFile(join(PAGE, "index.html"), "utf8");
  await writeFile(join(folder, "index.html"), page.replace("./main.mjs", script));
}
