// TypeScript: runs the compiled program, because only a run shows that the resolved files exist.

/** There is no CommonJS of `/url` and `/core/url`. */
const URL_TYPES = `import type { deleteBatch as fetched } from "delete-message-batch/url";
import type { deleteBatch as fetchedCore } from "delete-message-batch/core/url";
export type Fetched = [typeof fetched, typeof fetchedCore];
`;

const MAIN = `import { type BatchError, deleteBatch, isBatchError } from "delete-message-batch";
import type { DeletedMessageBatch } from "delete-message-batch/core";

async function main(apiKey: string | undefined): Promise<void> {
  try {
    const deleted: DeletedMessageBatch = await deleteBatch("__ID__", { baseURL: "__BASE_URL__", apiKey });
    console.log(deleted.type satisfies "message_batch_deleted");
  } catch (error) {
    if (isBatchError(error)) {
      const known: BatchError = error;
      console.error(known.code);
    }
    throw error;
  }
}

void main("sk-test-SECRET");
`;

/** By `moduleResolution`; "node10" is called "node" before 5.0, and is gone in 7. */
const RESOLUTIONS = {
  node10: { module: "commonjs", type: "commonjs" },
  "node16, CommonJS": { resolution: "node16", module: "node16", type: "commonjs" },
  "nodenext, ESM": { resolution: "nodenext", module: "nodenext", type: "module" },
  bundler: { module: "esnext", type: "module" },
};

const VERSIONS = {
  "5.0": ["~5.0.0", Object.keys(RESOLUTIONS)],
  5.9: ["~5.9.0", Object.keys(RESOLUTIONS)],
  7: ["^7.0.0", Object.keys(RESOLUTIONS).filter((name) => name !== "node10")],
};

export const typescript = ["5.0", "5.9", "7"].flatMap((version) => {
  const [range, resolutions] = VERSIONS[version];
  return resolutions.map((name) => row(version, range, name, RESOLUTIONS[name]));
});

function row(version, range, name, { resolution = name, module, type }) {
  const compilerOptions = {
    ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmitOnError: true },
    ...{ target: "es2022", lib: ["es2022", "dom", "dom.iterable"], types: [] },
    ...{ module, moduleResolution: resolution, outDir: "dist", rootDir: "." },
  };
  return {
    name: `TypeScript ${version}, ${name}`,
    tools: { typescript: range },
    files: {
      "package.json": JSON.stringify({ name: "consumer", private: true, type }),
      "tsconfig.json": JSON.stringify({ compilerOptions, files: ["main.ts"] }),
      "main.ts": name.endsWith("CommonJS") ? MAIN : URL_TYPES + MAIN,
    },
    command: "tsc --project . && node dist/main.js",
  };
}
