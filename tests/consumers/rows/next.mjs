import { DEPENDENCY, RESPOND } from "./programs.mjs";

const NEXT = { next: "^16.0.0", react: "^19.0.0", "react-dom": "^19.0.0" };
const SERVE = { command: "next start --hostname 127.0.0.1 --port __PORT__" };

const route = (name, runtime, flags, limitation) => ({
  limitation,
  name: `Next.js, ${name}`,
  tools: NEXT,
  shown: ["next"],
  files: {
    "app/api/route.js": `${RESPOND}export const runtime = "${runtime}";
      export const dynamic = "force-dynamic";
      export const GET = respond;`,
  },
  command: `next build ${flags}`,
  serve: { ...SERVE, path: "/api" },
});

const component = (name, module, files) => ({
  name: `Next.js, ${name}`,
  tools: NEXT,
  shown: ["next"],
  files: {
    ...files,
    "app/layout.js": `export default function Layout({ children }) {
      return <html lang="en"><body>{children}</body></html>;
    }`,
    "app/page.js": `"use client";
      import { deleteBatch } from "${module}";
      import { useEffect, useState } from "react";
      export default function Page() {
        const [text, setText] = useState("");
        useEffect(() => {
          deleteBatch("__ID__", { baseURL: "/api" }).then(({ type }) => setText(type), (error) => setText(error.message));
        }, []);
        return <p>{text}</p>;
      }`,
    "app/api/[...path]/route.js": `import { createRelay } from "delete-message-batch";
      const relay = createRelay({
        apiKey: "sk-test-SECRET",
        baseURL: "__BASE_URL__",
        basePath: "/api",
        authorize: () => true,
      });
      export { relay as DELETE };`,
  },
  command: "next build",
  serve: { ...SERVE, inPage: true },
});

export const next = [
  route("a route handler, Node", "nodejs", "--turbopack"),
  route("a route handler, edge runtime", "edge", "--turbopack"),
  route("a route handler, Node, webpack", "nodejs", "--webpack"),
  route("a route handler, edge runtime, webpack", "edge", "--webpack", {
    reason:
      "Next 16.4 builds no such route by webpack, whatever is in it. Turbopack, its default, does",
    output: /route_client-reference-manifest/,
  }),
  component("a client component", "delete-message-batch"),
  component("a client component, a CommonJS dependency", "dependency", DEPENDENCY),
];
