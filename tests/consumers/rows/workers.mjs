import { TEST } from "./programs.mjs";

const IMPORTS = `import { expect, test } from "vitest";
import { deleteBatch } from "delete-message-batch";
`;
const WRANGLER = `{ "name": "consumer", "main": "worker.js", "compatibility_date": "2025-09-01" }`;
const WORKER = `export default { fetch: () => new Response("hello") };`;

/** Cloudflare's pool for Vitest: the tests run in workerd. */
export const workers = [
  {
    name: "@cloudflare/vitest-pool-workers, newest",
    tools: { "@cloudflare/vitest-pool-workers": "^0.23.0", vitest: "^4.1.0" },
    files: {
      "wrangler.json": WRANGLER,
      "worker.js": WORKER,
      "vitest.config.js": `import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
        export default { plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.json" } })] };`,
      "delete.test.js": IMPORTS + TEST,
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
