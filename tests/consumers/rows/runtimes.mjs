import { CJS, ESM } from "./programs.mjs";

const node = (version) =>
  Object.entries({ ESM: ["main.mjs", ESM], CommonJS: ["main.cjs", CJS] }).map(
    ([name, [file, text]]) => ({
      name: `Node ${version}, ${name}`,
      node: version,
      files: { [file]: text },
      command: `node ${file}`,
    }),
  );

export const runtimes = [
  ...["20.0", "22", "24"].flatMap(node),
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
].map((row) => ({
  ...row,
  // npm's launcher of Bun works only after its install script.
  command: row.command.replaceAll("BUN", "$(ls node_modules/@oven/*/bin/bun | head -n 1)"),
}));
