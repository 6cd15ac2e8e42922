import { blocksOf } from "../../readme/blocks.mjs";
import { CALL, TEST } from "./programs.mjs";

const IMPORT = `import { deleteBatch } from "delete-message-batch";\n`;
const REQUIRE = `const { deleteBatch } = require("delete-message-batch");\n`;
const commonJs = JSON.stringify({ name: "consumer", private: true });

const jest = (config) => ({
  "package.json": commonJs,
  "jest.config.cjs": `module.exports = ${JSON.stringify({ watchman: false, ...config })};`,
});
/** The environment for jsdom, as documented. */
const ENVIRONMENT = (await blocksOf("docs/test-runners.md")).find((text) =>
  text.startsWith("// environment.cjs"),
);
const JEST = { jest: "^30.0.0" };
const BABEL = `{ "presets": [["@babel/preset-env", { "targets": { "node": "current" } }]] }`;

const FAKED = (name) => `
beforeEach(() => { ${name}.useFakeTimers(); });
afterEach(() => { ${name}.useRealTimers(); });
test("deletes a batch under fake timers", async () => {
  expect(await ${CALL}).toEqual({ id: "__ID__", type: "message_batch_deleted" });
});
`;

export const testRunners = [
  {
    name: "Jest, CommonJS",
    tools: JEST,
    files: { ...jest({ transform: {} }), "delete.test.js": REQUIRE + TEST },
    command: "jest",
  },
  {
    name: "Jest, babel-jest",
    tools: { ...JEST, "@babel/preset-env": "^7.0.0" },
    files: {
      ...jest({}),
      "babel.config.json": BABEL,
      "delete.test.js": IMPORT + TEST,
    },
    command: "jest",
  },
  {
    name: "Jest, babel-jest, the package transformed",
    tools: { ...JEST, "@babel/preset-env": "^7.0.0" },
    files: {
      ...jest({ transformIgnorePatterns: ["/node_modules/(?!delete-message-batch/)"] }),
      "babel.config.json": BABEL,
      "delete.test.js": IMPORT + TEST,
    },
    command: "jest --no-cache",
  },
  {
    name: "Jest, ES modules",
    tools: JEST,
    files: {
      ...jest({ transform: {} }),
      "delete.test.mjs": IMPORT + TEST,
      "jest.config.cjs": `module.exports = { transform: {}, testMatch: ["**/*.test.mjs"] };`,
    },
    command: "node --experimental-vm-modules node_modules/jest/bin/jest.js",
  },
  {
    name: "Jest, ts-jest",
    tools: { ...JEST, "ts-jest": "^29.0.0", typescript: "~5.9.0", "@types/jest": "^30.0.0" },
    files: {
      ...jest({ preset: "ts-jest" }),
      "tsconfig.json": `{ "compilerOptions": { "strict": true, "module": "commonjs", "target": "es2022", "types": ["jest"] } }`,
      "delete.test.ts": IMPORT + TEST,
    },
    command: "jest",
  },
  {
    name: "Jest, jsdom",
    tools: { ...JEST, "jest-environment-jsdom": "^30.0.0" },
    files: {
      ...jest({ transform: {}, testEnvironment: "./environment.cjs" }),
      "environment.cjs": ENVIRONMENT,
      "delete.test.js": REQUIRE + TEST,
    },
    command: "jest",
    remark: "jsdom has no `fetch`: [test-runners.md](test-runners.md)",
  },
  {
    name: "Vitest, node",
    tools: { vitest: "^5.0.0" },
    files: {
      "delete.test.js": `import { expect, test } from "vitest";\n${IMPORT}${TEST}`,
    },
    command: "vitest run",
  },
  {
    name: "Vitest, jsdom",
    tools: { vitest: "^5.0.0", jsdom: "^27.0.0" },
    files: {
      "vitest.config.js": `export default { test: { environment: "jsdom" } };`,
      "delete.test.js": `import { expect, test } from "vitest";\n${IMPORT}${TEST}`,
    },
    command: "vitest run",
  },
  {
    name: "Vitest, fake timers at the first call",
    tools: { vitest: "^5.0.0" },
    files: {
      "delete.test.js": `import { afterEach, beforeEach, expect, test, vi } from "vitest";\n${IMPORT}${FAKED("vi")}`,
    },
    command: "vitest run",
  },
  {
    name: "Jest, fake timers at the first call",
    tools: { jest: "^30.0.0" },
    files: {
      "package.json": JSON.stringify({ name: "consumer", private: true }),
      "jest.config.cjs": "module.exports = { watchman: false, transform: {} };",
      "delete.test.js": `const { deleteBatch } = require("delete-message-batch");\n${FAKED("jest")}`,
    },
    command: "jest",
  },
  {
    name: "MSW",
    tools: { msw: "^2.0.0" },
    files: {
      "main.mjs": `import { http, HttpResponse, passthrough } from "msw";
        import { setupServer } from "msw/node";
        ${IMPORT}
        const path = "https://api.anthropic.com/v1/messages/batches/:id";
        const server = setupServer(
          http.delete(path, ({ params }) =>
            HttpResponse.json({ id: params.id, type: "message_batch_deleted" })),
          http.delete("__BASE_URL__/*", () => passthrough()),
        );
        server.listen({ onUnhandledRequest: "error" });
        const deleted = await deleteBatch("msgbatch_1", { apiKey: "k" });
        if (deleted.id !== "msgbatch_1") throw new Error(JSON.stringify(deleted));
        await ${CALL};`,
    },
    command: "node main.mjs",
  },
  {
    name: "nock",
    tools: { nock: "^14.0.0" },
    files: {
      "main.mjs": `import nock from "nock";
        ${IMPORT}
        nock("https://api.anthropic.com").delete("/v1/messages/batches/msgbatch_1")
          .reply(200, { id: "msgbatch_1", type: "message_batch_deleted" });
        const deleted = await deleteBatch("msgbatch_1", { apiKey: "k" });
        if (deleted.id !== "msgbatch_1") throw new Error(JSON.stringify(deleted));
        nock.restore();
        await ${CALL};`,
    },
    command: "node main.mjs",
  },
];
