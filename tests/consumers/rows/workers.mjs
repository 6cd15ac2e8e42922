import { RESPOND, TEST } from "./programs.mjs";

const IMPORTS = `import { expect, test } from "vitest";
import { deleteBatch } from "delete-message-batch";
`;
const WRANGLER = `{ "name": "consumer", "main": "worker.js", "compatibility_date": "2025-09-01" }`;
const WORKER = `export default { fetch: () => new Response("hello") };`;
const CONFIG = `import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
export default { plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.json" } })] };
`;

/** Cloudflare's pool for Vitest: the tests run in workerd. */
export const workers = [
  {
    name: "@cloudflare/vitest-pool-workers, newest",
    tools: { "@cloudflare/vitest-pool-workers": "^0.23.0", vitest: "^4.1.0" },
    files: {
      "wrangler.json": WRANGLER,
      "worker.js": WORKER,
      "vitest.config.js": CONFIG,
      "delete.test.js": IMPORTS + TEST,
    },
    command: "vitest run",
  },
  {
    name: "@cloudflare/vitest-pool-workers, newest, through a Worker",
    tools: { "@cloudflare/vitest-pool-workers": "^0.23.0", vitest: "^4.1.0" },
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

/** Wrangler bundles by itself. */
export const wrangler = {
  name: "wrangler dev",
  tools: { wrangler: "^4.0.0" },
  files: {
    "wrangler.json": WRANGLER,
    "worker.js": `${RESPOND}export default { fetch: respond };`,
  },
  command: "wrangler --version",
  serve: { command: "wrangler dev --port __PORT__" },
};
