import { RESPOND } from "./programs.mjs";

const NITRO = { nitropack: "^2.13.0" };
const nitro = (preset, more = {}) => ({
  "nitro.config.mjs": `export default ${JSON.stringify({ preset, compatibilityDate: "2025-09-01", srcDir: ".", ...more })};`,
  "routes/index.get.mjs": `${RESPOND}export default async () => (await respond()).text();\n`,
});

export const frameworks = [
  {
    name: "Nitro, node-server",
    tools: NITRO,
    files: nitro("node-server"),
    command: "nitro build",
    serve: { command: "node .output/server/index.mjs" },
  },
  {
    name: "Nitro, cloudflare-module",
    tools: { ...NITRO, wrangler: "^4.0.0" },
    files: nitro("cloudflare-module", { cloudflare: { deployConfig: true, nodeCompat: true } }),
    command: "nitro build",
    serve: { command: "wrangler dev --cwd .output --port __PORT__" },
  },
  {
    name: "Nitro, vercel-edge",
    tools: NITRO,
    files: nitro("vercel-edge", {}),
    command: "nitro build && find .vercel -type f | head -50 && exit 1",
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
