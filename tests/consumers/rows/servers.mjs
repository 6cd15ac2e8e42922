import { CALL, RESPOND } from "./programs.mjs";

const IMPORT = `import { deleteBatch } from "delete-message-batch";\n`;
const START = { command: "node main.mjs" };
const VERSION = "node --version";

export const servers = [
  {
    name: "Express",
    tools: { express: "^5.0.0" },
    files: {
      "main.mjs": `import express from "express";
        ${IMPORT}
        const app = express();
        app.get("/", async (request, response) => response.json(await ${CALL}));
        app.listen(process.env.PORT, "127.0.0.1");`,
    },
    command: VERSION,
    serve: START,
  },
  {
    name: "Hono, Node",
    tools: { hono: "^4.0.0", "@hono/node-server": "*" },
    files: {
      "main.mjs": `import { serve } from "@hono/node-server";
        import { Hono } from "hono";
        ${IMPORT}
        const app = new Hono().get("/", async (context) => context.json(await ${CALL}));
        serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" });`,
    },
    command: VERSION,
    serve: START,
  },
  {
    name: "Hono, the relay mounted",
    tools: { hono: "^4.0.0", "@hono/node-server": "*" },
    files: {
      "main.mjs": `import { serve } from "@hono/node-server";
        import { Hono } from "hono";
        import { createRelay, deleteBatch } from "delete-message-batch";
        const relay = createRelay({
          baseURL: "__BASE_URL__", apiKey: "sk-test-SECRET", basePath: "/api", authorize: () => true,
        });
        const app = new Hono().all("/api/*", (context) => relay(context.req.raw));
        const own = "http://127.0.0.1:" + process.env.PORT + "/api";
        app.get("/", async (context) => context.json(await deleteBatch("__ID__", { baseURL: own, apiKey: null })));
        serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: "127.0.0.1" });`,
    },
    command: VERSION,
    serve: START,
  },
  {
    name: "NestJS, CommonJS",
    tools: {
      "@nestjs/core": "^11.0.0",
      "@nestjs/common": "^11.0.0",
      "@nestjs/platform-express": "^11.0.0",
      "reflect-metadata": "*",
      rxjs: "^7.0.0",
      typescript: "~5.9.0",
      "@types/node": "^24.0.0",
    },
    shown: ["@nestjs/core", "typescript"],
    files: {
      "package.json": JSON.stringify({ name: "consumer", private: true }),
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          ...{ strict: true, module: "commonjs", moduleResolution: "node10", target: "es2022" },
          ...{ experimentalDecorators: true, emitDecoratorMetadata: true, skipLibCheck: true },
          outDir: "dist",
        },
        files: ["main.ts"],
      }),
      "main.ts": `import "reflect-metadata";
        import { Controller, Get, Module } from "@nestjs/common";
        import { NestFactory } from "@nestjs/core";
        ${IMPORT}
        @Controller()
        class Batches {
          @Get()
          remove() {
            return ${CALL};
          }
        }
        @Module({ controllers: [Batches] })
        class App {}
        NestFactory.create(App, { logger: ["error"] }).then((app) => app.listen(process.env.PORT!, "127.0.0.1"));`,
    },
    command: "tsc",
    serve: { command: "node dist/main.js" },
  },
  {
    name: "React Router, a loader",
    tools: {
      "@react-router/dev": "7.18.4",
      "@react-router/node": "7.18.4",
      "@react-router/serve": "7.18.4",
      "react-router": "7.18.4",
      react: "^19.0.0",
      "react-dom": "^19.0.0",
      isbot: "^5.0.0",
      vite: "^7.0.0",
    },
    shown: ["react-router", "vite"],
    files: {
      "react-router.config.js": "export default { ssr: true };",
      "vite.config.js": `import { reactRouter } from "@react-router/dev/vite";
        export default { plugins: [reactRouter()] };`,
      "app/root.jsx": `import { Outlet } from "react-router";
        export default function Root() { return <html><body><Outlet /></body></html>; }`,
      "app/routes.js": `import { index } from "@react-router/dev/routes";
        export default [index("index.js")];`,
      "app/index.js": `${RESPOND}export const loader = respond;\n`,
    },
    command: "react-router build",
    serve: { command: "HOST=127.0.0.1 react-router-serve ./build/server/index.js" },
  },
  {
    name: "Nuxt, a server route",
    tools: { nuxt: "^4.0.0" },
    files: {
      "nuxt.config.mjs": `export default { compatibilityDate: "2025-09-01", telemetry: false };`,
      "app/app.vue": "<template><p>a page</p></template>",
      "server/routes/delete.get.js": `${IMPORT}export default defineEventHandler(() => ${CALL});\n`,
    },
    command: "NUXT_TELEMETRY_DISABLED=1 nuxt build",
    serve: { command: "node .output/server/index.mjs", path: "/delete" },
  },
  {
    name: "Astro, @astrojs/cloudflare",
    tools: { astro: "^7.0.0", "@astrojs/cloudflare": "*", wrangler: "^4.0.0" },
    files: {
      "astro.config.mjs": `import cloudflare from "@astrojs/cloudflare";
        export default { output: "server", adapter: cloudflare() };`,
      "wrangler.jsonc": JSON.stringify({
        name: "consumer",
        compatibility_date: "2025-09-01",
        compatibility_flags: ["nodejs_compat"],
      }),
      "src/pages/index.js": `${RESPOND}export const prerender = false;\nexport const GET = respond;\n`,
    },
    command: "ASTRO_TELEMETRY_DISABLED=1 astro build",
    serve: { command: "astro preview --host 127.0.0.1 --port __PORT__" },
  },
];
