// The programs of the projects: the same call in each kind of module.

export const CALL = `deleteBatch("__ID__", { baseURL: "__BASE_URL__", apiKey: "sk-test-SECRET" })`;

export const ESM = `import { deleteBatch } from "delete-message-batch";
const deleted = await ${CALL};
if (deleted.type !== "message_batch_deleted") throw new Error(JSON.stringify(deleted));
`;

export const CJS = `const { deleteBatch } = require("delete-message-batch");
${CALL}.then((deleted) => {
  if (deleted.type !== "message_batch_deleted") throw new Error(JSON.stringify(deleted));
});
`;

/** A CommonJS package that requires this one, for a page or a worker. */
export const DEPENDENCY = {
  "node_modules/dependency/package.json": '{ "name": "dependency" }',
  "node_modules/dependency/index.js": `const { deleteBatch } = require("delete-message-batch");
const { BatchError } = require("delete-message-batch/core");
exports.deleteBatch = async (id, options) => {
  const error = await deleteBatch("a/b").catch((error) => error);
  if (!(error instanceof BatchError)) throw error;
  return await deleteBatch(id, options);
};
`,
};

/** For all who have `test` and `expect`. */
export const TEST = `test("deletes a batch", async () => {
  expect(await ${CALL}).toEqual({ id: "__ID__", type: "message_batch_deleted" });
});
`;

/** A module whose default export has a method or is a function from a Request to a Response. */
export const RESPOND = `import { deleteBatch } from "delete-message-batch";
const respond = async () => new Response(JSON.stringify(await ${CALL}));
`;
