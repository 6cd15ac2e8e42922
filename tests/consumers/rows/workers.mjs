import { blocksOf, filesOf } from "../../readme/blocks.mjs";
import { RESPOND, TEST } from "./programs.mjs";

const DOCUMENTED = await filesOf("docs/runtimes.md");
const IMPORTS = `import { expect, test } from "vitest";
import { deleteBatch } from "delete-message-batch";
`;
const WRANGLER = `{ "name": "consumer", "main": "worker.js", "compatibility_date": "2025-09-01" }`;
const NEWEST = { "@cloudflare/vitest-pool-workers": "^0.23.0", vitest: "^4.1.0" };
const WORKER = `export default { fetch: () => new Response("hello") };`;
const CONFIG = `import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
export default { plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.json" } })] };
`;

/** Cloudflare's pool for Vitest: the tests run in workerd. */
export const workers = [
  {
    name: "@cloudflare/vitest-pool-workers, newest",
    tools: NEWEST,
    files: {
      "wrangler.json": WRANGLER,
      "worker.js": WORKER,
      "vitest.config.js": CONFIG,
      "delete.test.js": IMPORTS + TEST,
    },
    command: "vitest run",
  },
  {
    name: "@cloudflare/vitest-pool-workers, newest, the pool alone",
    tools: NEWEST,
    files: {
      "wrangler.json": WRANGLER,
      "worker.js": WORKER,
      "vitest.config.js": `import { cloudflarePool } from "@cloudflare/vitest-pool-workers";
        export default {
          test: { pool: cloudflarePool({ wrangler: { configPath: "./wrangler.json" } }) },
        };`,
      "delete.test.js": IMPORTS + TEST,
    },
    command: "vitest run",
    limitation: {
      reason:
        "without its plugin `cloudflareTest`, packages are resolved as for Node. With it, it works",
      output: /Wasm code generation disallowed/,
    },
  },
  {
    name: "@cloudflare/vitest-pool-workers, newest, through a Worker",
    tools: NEWEST,
    files: {
      "wrangler.json": WRANGLER,
      "worker.js": `${RESPOND}export default { fetch: respond };`,
      "vitest.config.js": CONFIG,
      "delete.test.js": `import { SELF } from "cloudflare:test";
        import { expect, test } from "vitest";
        test("the Worker deletes a batch", async () => {
          const response = await SELF.fetch("https://example.com/");
          expect((await response.json()).type).toBe("message_batch_deleted");
        });`,
    },
    command: "vitest run",
  },
  {
    name: "@cloudflare/vitest-pool-workers, 0.8",
    tools: { "@cloudflare/vitest-pool-workers": "~0.8.0", vitest: "~3.2.0" },
    files: {
      "wrangler.json": WRANGLER.replace("2025-09-01", "2025-03-01"),
      "worker.js": WORKER,
      "vitest.config.js": `import { defineWorkersConfig } from "@cloudflare/vitest-pool-workers/config";
        export default defineWorkersConfig({
          test: { poolOptions: { workers: { wrangler: { configPath: "./wrangler.json" } } } },
        });`,
      "delete.test.js": IMPORTS + TEST,
    },
    command: "vitest run",
  },
];

const DOCUMENTED_WRANGLER = (await blocksOf("docs/runtimes.md", "json")).find((text) =>
  text.includes('"compatibility_date"'),
);

/** Wrangler bundles by itself. The documentation has the files. */
export const wrangler = {
  name: "wrangler dev",
  tools: { wrangler: "^4.0.0" },
  files: {
    "worker.js": DOCUMENTED["worker.js"],
    "wrangler.json": DOCUMENTED_WRANGLER,
    ".dev.vars":
      "ANTHROPIC_API_KEY=sk-test-SECRET\nANTHROPIC_BASE_URL=__BASE_URL__\nTOKEN=its-token\n",
  },
  command: "wrangler --version",
  serve: {
    command: "wrangler dev --port __PORT__",
    path: "/?id=__ID__",
    init: { method: "DELETE", headers: { authorization: "Bearer its-token" } },
  },
};

/** Cloudflare's plugin for Vite. */
export const vitePlugin = {
  name: "@cloudflare/vite-plugin",
  tools: { "@cloudflare/vite-plugin": "^1.0.0", vite: "^8.0.12", wrangler: "^4.0.0" },
  files: {
    "wrangler.json": WRANGLER,
    "worker.js": `${RESPOND}export default { fetch: respond };`,
    "vite.config.js": `import { cloudflare } from "@cloudflare/vite-plugin";
      export default { plugins: [cloudflare()] };`,
  },
  command: "vite build",
  serve: { command: "vite preview --host 127.0.0.1 --port __PORT__" },
};

export const vitePluginDev = {
  ...vitePlugin,
  name: "@cloudflare/vite-plugin, dev",
  command: "vite --version",
  serve: { command: "vite dev --host 127.0.0.1 --port __PORT__" },
};
