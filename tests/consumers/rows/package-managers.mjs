import { CJS, ESM } from "./programs.mjs";

const app = (more) =>
  JSON.stringify({
    name: "app",
    private: true,
    type: "module",
    dependencies: { "delete-message-batch": "file:__TARBALL__" },
    ...more,
  });
const FILES = { "app/package.json": app(), "app/main.mjs": ESM, "app/main.cjs": CJS };

export const packageManagers = [
  {
    name: "npm",
    unpacked: false,
    files: FILES,
    command:
      "cd app && npm install --offline --ignore-scripts --no-audit --no-fund && node main.mjs",
  },
  {
    name: "pnpm",
    tools: { pnpm: "^12.0.0" },
    unpacked: false,
    files: { ...FILES, "app/pnpm-workspace.yaml": "packages: []\n" },
    command: "cd app && pnpm install --offline --ignore-scripts && node main.mjs",
  },
  ...["mjs", "cjs"].map((extension) => ({
    name: `Yarn PnP, ${extension === "mjs" ? "ESM" : "CommonJS"}`,
    tools: { "@yarnpkg/cli-dist": "^4.0.0" },
    unpacked: false,
    files: {
      ...FILES,
      "app/.yarnrc.yml": "nodeLinker: pnp\nenableGlobalCache: false\nenableScripts: false\n",
      "app/yarn.lock": "",
    },
    command: `cd app && yarn install --no-immutable && yarn node main.${extension}`,
  })),
];
