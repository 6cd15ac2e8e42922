import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { CJS, DEPENDENCY, ESM } from "./programs.mjs";

/** The limit of a server bundle, which must not have the wasm twice: as a file and as base64. */
const ONE_WASM = 230_000;

/** Checks that a folder has these files, and how many bytes they are. */
const outputs = (path, names, limit) => (folder) => {
  const files = readdirSync(join(folder, path)).sort();
  if (names && files.join() !== names.join()) throw new Error(`${path} has ${files}`);
  const bytes = files.reduce((sum, name) => sum + statSync(join(folder, path, name)).size, 0);
  if (limit && bytes > limit) throw new Error(`${path}: ${bytes} bytes in ${files}`);
  return `${files.length === 1 ? "1 file" : `${files.length} files`}, ${Math.round(bytes / 1000)} KB`;
};

const json = (value) => JSON.stringify(value, null, 2);
const commonJs = (more) => json({ name: "consumer", private: true, ...more });
const WEBPACK = { webpack: "^5.0.0", "webpack-cli": "^6.0.0" };
const packConfig = {
  target: "node",
  mode: "production",
  entry: "./main.js",
  output: { path: "DIST", filename: "main.cjs" },
};
const pack = (more) =>
  `module.exports = ${json({ ...packConfig, ...more }).replace('"DIST"', '__dirname + "/dist"')};`;

const OF_DEPENDENCY = ESM.replace("delete-message-batch", "dependency");

export const bundlers = [
  {
    name: "esbuild, one file, ESM",
    tools: { esbuild: "^0.28.0" },
    files: { "main.js": ESM },
    command:
      "esbuild main.js --bundle --platform=node --format=esm --outfile=dist/main.mjs && rm -r node_modules/delete-message-batch && node dist/main.mjs",
    check: outputs("dist", ["main.mjs"], ONE_WASM),
  },
  {
    name: "esbuild, one file, CommonJS",
    tools: { esbuild: "^0.28.0" },
    files: { "main.cjs": CJS },
    command:
      "esbuild main.cjs --bundle --platform=node --format=cjs --outfile=dist/main.cjs && rm -r node_modules/delete-message-batch && node dist/main.cjs",
    check: outputs("dist", ["main.cjs"], ONE_WASM),
  },
  {
    name: "Rollup",
    tools: { rollup: "^4.0.0", "@rollup/plugin-node-resolve": "^16.0.0" },
    files: {
      "main.js": ESM,
      "rollup.config.js": `import resolve from "@rollup/plugin-node-resolve";
        export default {
          input: "main.js",
          output: { dir: "dist", format: "esm" },
          plugins: [resolve({ exportConditions: ["node"] })],
        };`,
    },
    command: "rollup --config && rm -r node_modules/delete-message-batch && node dist/main.js",
    check: outputs("dist", undefined, ONE_WASM),
  },
  {
    name: "webpack, target node, ESM",
    tools: WEBPACK,
    files: {
      "main.js": ESM,
      "webpack.config.cjs": pack({}),
    },
    command: "webpack && rm -r node_modules/delete-message-batch && node dist/main.cjs",
    check: outputs("dist", undefined, ONE_WASM),
  },
  {
    name: "webpack, target node, CommonJS",
    tools: WEBPACK,
    files: {
      "package.json": commonJs({ type: "commonjs" }),
      "main.js": CJS,
      "webpack.config.cjs": pack({}),
    },
    command: "webpack && rm -r node_modules/delete-message-batch && node dist/main.cjs",
    check: outputs("dist", undefined, ONE_WASM),
  },
  {
    name: "Rspack, target node",
    tools: { "@rspack/core": "^2.0.0", "@rspack/cli": "^2.0.0" },
    files: {
      "main.js": ESM,
      "rspack.config.cjs": pack({}),
    },
    command: "rspack build && rm -r node_modules/delete-message-batch && node dist/main.cjs",
    check: outputs("dist", undefined, ONE_WASM),
  },
  {
    name: "Rspack, target web, a CommonJS dependency",
    tools: { "@rspack/core": "^2.0.0", "@rspack/cli": "^2.0.0" },
    files: {
      ...DEPENDENCY,
      "main.js": OF_DEPENDENCY,
      "rspack.config.cjs": pack({ target: "web" }),
    },
    command: "rspack build && rm -r node_modules/delete-message-batch && node dist/main.cjs",
    check: outputs("dist", ["main.cjs"], ONE_WASM),
  },
  {
    name: "webpack, target web, a CommonJS dependency",
    tools: WEBPACK,
    files: {
      ...DEPENDENCY,
      "main.js": OF_DEPENDENCY,
      "webpack.config.cjs": pack({ target: "web" }),
    },
    command: "webpack && rm -r node_modules/delete-message-batch && node dist/main.cjs",
    check: outputs("dist", undefined, ONE_WASM),
  },
  {
    name: "esbuild, for browsers, a CommonJS dependency",
    tools: { esbuild: "^0.28.0" },
    files: { ...DEPENDENCY, "main.js": OF_DEPENDENCY },
    command:
      "esbuild main.js --bundle --format=esm --outfile=dist/main.mjs && rm -r node_modules/delete-message-batch && node dist/main.mjs",
    check: outputs("dist"),
  },
  {
    name: "Rolldown, for browsers, a CommonJS dependency",
    tools: { rolldown: "*" },
    files: { ...DEPENDENCY, "main.js": OF_DEPENDENCY },
    command:
      "rolldown main.js --platform browser --format esm --dir dist && rm -r node_modules/delete-message-batch && node dist/main.js",
    check: outputs("dist"),
  },
  {
    name: "Vite, a CommonJS dependency",
    tools: { vite: "^8.0.12" },
    files: {
      ...DEPENDENCY,
      "main.js": OF_DEPENDENCY,
      "vite.config.mjs": `export default {
        build: { lib: { entry: "main.js", formats: ["es"], fileName: "main" } },
      };`,
    },
    command: "vite build && rm -r node_modules/delete-message-batch && node dist/main.js",
    check: outputs("dist"),
  },
  {
    name: "Parcel 2, target node",
    tools: { parcel: "^2.0.0" },
    files: {
      "package.json": commonJs({
        targets: { server: { context: "node", includeNodeModules: true, distDir: "dist" } },
      }),
      "main.cjs": CJS,
    },
    command:
      "parcel build main.cjs --no-cache --target server && rm -r node_modules/delete-message-batch && node dist/main.js",
  },
  {
    name: "ncc, CommonJS",
    tools: { "@vercel/ncc": "^0.45.0" },
    files: { "package.json": commonJs({ type: "commonjs" }), "main.js": CJS },
    command:
      "ncc build main.js --out dist && rm -r node_modules/delete-message-batch && node dist/index.js",
    check: (folder) => {
      const size = outputs("dist", undefined, ONE_WASM)(folder);
      return `${size}: ncc writes dynamic imports to files beside the first; deploy the folder`;
    },
  },
  {
    name: "tsup",
    tools: { tsup: "^9.0.0", typescript: "~5.9.0" },
    files: {
      "main.ts": ESM,
      "tsup.config.ts": `export default {
        entry: ["main.ts"],
        format: "esm",
        noExternal: ["delete-message-batch"],
      };`,
    },
    command: "tsup && rm -r node_modules/delete-message-batch && node dist/main.js",
    check: outputs("dist"),
  },
];
