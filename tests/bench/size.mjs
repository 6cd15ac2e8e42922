// The bytes that are transferred: bundles as esbuild makes them, minified, and compressed with brotli.

import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { ROOT } from "../../tools/shared/run.mjs";
import { wasmFile } from "../packaging/wasm-file.mjs";

const SOURCES = {
  "core, url entry": 'export * from "delete-message-batch/core/url";',
  "core, default entry": 'export * from "delete-message-batch/core";',
  "url entry": 'export * from "delete-message-batch/url";',
  "default entry": 'export * from "delete-message-batch";',
  "only deleteBatch of the default entry": 'export { deleteBatch } from "delete-message-batch";',
  "official SDK": 'export { default } from "@anthropic-ai/sdk";',
  "official SDK, trimmed by hand":
    'export { BaseAnthropic } from "@anthropic-ai/sdk/client";' +
    'export { Batches } from "@anthropic-ai/sdk/resources/messages/batches";',
};

/** Bytes after brotli by name; the `url` entry's wasm, a file of its own, is counted with it. */
export async function sizes() {
  const found = {};
  for (const [name, source] of Object.entries(SOURCES)) found[name] = await bundleSize(source);
  found["core, url entry"] += brotliSize(readFileSync(wasmFile("core").path));
  const wasm = brotliSize(readFileSync(wasmFile("full").path));
  found["url entry"] += wasm;
  return { ...found, "of which wasm": wasm };
}

async function bundleSize(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "error",
  });
  return brotliSize(outputFiles[0].contents);
}

function brotliSize(bytes) {
  return brotliCompressSync(bytes).length;
}

/** The most bytes that an entry should have. */
const GOALS = { "core, url entry": 26_000, "url entry": 52_000 };

export async function measure() {
  const bytes = await sizes();
  return {
    title: "Transfer, all exports",
    unit: "bytes after brotli",
    columns: ["bytes", "goal", "share of the SDK"],
    rows: Object.entries(bytes).map(([name, size]) => ({
      name,
      cells: [
        `${size}`,
        `${GOALS[name] ?? ""}`,
        `${((100 * size) / bytes["official SDK"]).toFixed(0)} %`,
      ],
    })),
    goal: "the bytes in the table, at most",
    data: bytes,
  };
}
