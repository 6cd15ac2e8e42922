import { RESPOND } from "./programs.mjs";

const NITRO = { nitropack: "^2.13.0" };
const NITRO_3 = { nitro: "^3.0.0", rolldown: "*" };
const DATE = { compatibilityDate: "2025-09-01" };
const WASM = { experimental: { wasm: true } };
const CLOUDFLARE = { cloudflare: { deployConfig: true, nodeCompat: true } };
const nitro = (preset, more) => ({
  "nitro.config.mjs": `export default ${JSON.stringify({ preset, ...DATE, serverDir: ".", srcDir: ".", ...more })};`,
  "routes/index.get.mjs": `${RESPOND}export default async () => (await respond()).text();\n`,
});
const NODE_SERVER = { command: "node .output/server/index.mjs" };
const WRANGLER_DEV = { command: "wrangler dev --cwd .output --port __PORT__" };

export const frameworks = [
  {
    name: "Nitro 2, node-server",
    tools: NITRO,
    files: nitro("node-server"),
    command: "nitro build",
    serve: NODE_SERVER,
  },
  {
    name: "Nitro 2, cloudflare-module",
    tools: { ...NITRO, wrangler: "^4.0.0" },
    files: nitro("cloudflare-module", { ...WASM, ...CLOUDFLARE }),
    command: "nitro build",
    serve: WRANGLER_DEV,
    remark: "with `experimental: { wasm: true }` in its configuration",
  },
  {
    name: "Nitro 2, vercel",
    tools: NITRO,
    files: {
      ...nitro("vercel"),
      "serve.mjs": `import { createServer } from "node:http";
        import handle from "./.vercel/output/functions/__fallback.func/index.mjs";
        createServer(handle).listen(process.env.PORT, "127.0.0.1");`,
    },
    command: "nitro build",
    serve: { command: "node serve.mjs" },
  },
  {
    name: "Nitro 2, vercel-edge",
    tools: NITRO,
    files: nitro("vercel-edge"),
    command: "nitro build",
    limitation: {
      reason:
        "Nitro compiles wasm from bytes there, which Vercel's edge runtime refuses. The preset `vercel` works",
      output: /full-\w+\.wasm\?module/,
    },
  },
  {
    name: "Nitro 3, node-server",
    tools: NITRO_3,
    files: nitro("node-server"),
    command: "nitro build",
    serve: NODE_SERVER,
  },
  {
    name: "Nitro 3, cloudflare-module",
    tools: { ...NITRO_3, wrangler: "^4.0.0" },
    files: nitro("cloudflare-module", { ...WASM, ...CLOUDFLARE, minify: false }),
    command: "nitro build",
    serve: WRANGLER_DEV,
    remark: "with `experimental: { wasm: true }` in its configuration",
  },
  {
    name: "SvelteKit, adapter-node",
    tools: {
      "@sveltejs/kit": "^3.0.0",
      "@sveltejs/adapter-node": "*",
      "@sveltejs/vite-plugin-svelte": "^7.0.0",
      svelte: "^5.57.1",
      vite: "^8.0.12",
    },
    shown: ["@sveltejs/kit", "vite"],
    files: {
      "vite.config.js": `import adapter from "@sveltejs/adapter-node";
        import { sveltekit } from "@sveltejs/kit/vite";
        export default { plugins: [sveltekit({ adapter: adapter() })] };`,
      "src/app.html":
        "<!doctype html><html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>",
      "src/routes/+server.js": `${RESPOND}export const GET = respond;\n`,
    },
    command: "vite build",
    serve: { command: "node build/index.js" },
  },
  {
    name: "Astro, @astrojs/node",
    tools: { astro: "^7.0.0", "@astrojs/node": "*" },
    files: {
      "astro.config.mjs": `import node from "@astrojs/node";
        export default { output: "server", adapter: node({ mode: "standalone" }) };`,
      "src/pages/index.js": `${RESPOND}export const GET = respond;\n`,
    },
    command: "astro build",
    serve: { command: "node dist/server/entry.mjs" },
  },
];
