import { CALL, CJS, ESM } from "./programs.mjs";

const node = (version) =>
  Object.entries({ ESM: ["main.mjs", ESM], CommonJS: ["main.cjs", CJS] }).map(
    ([name, [file, text]]) => ({
      name: `Node ${version}, ${name}`,
      node: version,
      files: { [file]: text },
      command: `node ${file}`,
    }),
  );

/** The marker by which Node recognizes a single executable. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

export const runtimes = [
  ...["20.0", "20.18", "22", "24"].flatMap(node),
  {
    name: "Node 24, single executable",
    tools: { esbuild: "^0.28.0", postject: "1.0.0-alpha.6" },
    shown: [],
    files: {
      "main.cjs": CJS,
      "sea.json": JSON.stringify({ main: "dist/main.cjs", output: "dist/sea.blob" }),
    },
    command: [
      "esbuild main.cjs --bundle --platform=node --format=cjs --outfile=dist/main.cjs",
      "node --experimental-sea-config sea.json && cp $(command -v node) dist/main",
      `postject dist/main NODE_SEA_BLOB dist/sea.blob --sentinel-fuse ${FUSE}`,
      "rm -r node_modules/delete-message-batch && dist/main",
    ].join(" && "),
  },
  {
    name: "Bun",
    tools: { bun: "^1.4.0" },
    inNode: false,
    files: { "main.mjs": ESM },
    command: `BUN main.mjs`,
  },
  {
    name: "Bun, --compile",
    tools: { bun: "^1.4.0" },
    inNode: false,
    files: { "main.mjs": ESM },
    command:
      "BUN build --compile main.mjs --outfile dist/main && rm -r node_modules/delete-message-batch && dist/main",
  },
  {
    name: "Deno, node_modules",
    tools: { deno: "^2.9.0" },
    inNode: false,
    files: { "main.mjs": ESM },
    command: "node node_modules/deno/bin.cjs run --allow-net --allow-read --allow-env main.mjs",
  },
  {
    name: "Node 24, --permission",
    files: { "main.mjs": ESM },
    command: "node --permission --allow-fs-read=. main.mjs",
  },
  {
    name: "Deno, an import map, with types",
    tools: { deno: "^2.9.0" },
    inNode: false,
    files: {
      "deno.json": JSON.stringify({
        imports: { "delete-message-batch": "./node_modules/delete-message-batch/entry/inline.js" },
      }),
      "main.ts": `import { deleteBatch } from "delete-message-batch";
        const deleted: { id: string; type: "message_batch_deleted" } = await ${CALL};
        // @ts-expect-error: the types are found
        const wrong: number = deleted.id;
        console.log(wrong);`,
    },
    command:
      "node node_modules/deno/bin.cjs run --check --allow-net --allow-read --allow-env main.ts",
  },
].map((row) => ({
  ...row,
  // npm's launcher of Bun works only after its install script.
  command: row.command.replaceAll("BUN", "$(ls node_modules/@oven/*/bin/bun | head -n 1)"),
}));
