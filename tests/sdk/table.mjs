// The comparison as a page of the documentation.

import { readFile } from "node:fs/promises";
import { scenarios } from "./scenarios.mjs";

/** The page that holds the table. */
export const PAGE = new URL("../../docs/sdk-comparison.md", import.meta.url);

/** The version of the SDK that is installed. */
export async function sdkVersion() {
  const url = new URL("../../node_modules/@anthropic-ai/sdk/package.json", import.meta.url);
  return JSON.parse(await readFile(url, "utf8")).version;
}

export function asMarkdown(rows, version) {
  const cell = (text) => text.replaceAll("|", "\\|");
  const lines = (list, columns) =>
    list.map((row) => `| ${columns.map((column) => cell(row[column] ?? "")).join(" | ")} |`);
  const different = rows.filter(({ why }) => why);
  const same = rows.filter(({ why }) => !why);
  return [
    "# Beside the official SDK",
    "",
    `${scenarios.length} responses of a server, given to \`deleteBatch(id)\` and to \`client.messages.batches.delete(id)\` of`,
    `\`@anthropic-ai/sdk\` ${version}, each with its defaults. Each cell has the outcome, then the requests that the server received.`,
    "This page is written and checked by `npm run test:nightly -- sdk`; after a change, `node tests/sdk/update.mjs` writes it anew.",
    "",
    "## Differences",
    "",
    "| response | delete-message-batch | official SDK | why |",
    "|---|---|---|---|",
    ...lines(different, ["name", "ours", "sdk", "why"]),
    "",
    "## The same result",
    "",
    "| response | delete-message-batch | official SDK |",
    "|---|---|---|",
    ...lines(same, ["name", "ours", "sdk"]),
    "",
  ].join("\n");
}

/** Returns whether both clients did the same: the same kind of end after the same requests. */
export function isSame({ ours, sdk }) {
  const [ourEnd, ourRequests] = ours.split("; ");
  const [sdkEnd, sdkRequests] = sdk.split("; ");
  // An error of the language's own is not one that the client documents.
  const kind = (end) => (/^`(Syntax|Type)Error`/.test(end) ? "bare" : end.replace(/^`.*/, "error"));
  return ourRequests === sdkRequests && kind(ourEnd) === kind(sdkEnd);
}
