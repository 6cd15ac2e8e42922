// An editor shows the default, the unit and an example of each option, and the examples compile.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { execute, ROOT } from "../../tools/shared/run.mjs";
import { examplesOf, lacking, optionsOf } from "./declarations.mjs";

const TYPES = join(ROOT, "pkg/types");
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
/** In the repository, so that the package is found. */
const FOLDER = join(ROOT, ".tools/type-examples");
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const files = readdirSync(TYPES).filter((name) => name.endsWith(".d.ts"));
const texts = files.map((name) => readFileSync(join(TYPES, name), "utf8"));
const options = texts.flatMap(optionsOf);

/** Declarations that examples use besides the package. */
const GIVEN = `
  declare const id: string;
  declare const ids: string[];
  declare const apiKey: string;
  declare const env: { API: { fetch: typeof fetch } };
  declare const input: HTMLInputElement;
  declare const logger: { error(error: unknown): void };
  declare function readSecret(name: string): Promise<string>;
  declare function authorize(request: Request): Promise<boolean>;
  declare function isSignedIn(request: Request): Promise<boolean>;
  declare function sessionOf(request: Request): Promise<{ mayDelete: boolean } | undefined>;
`;
const FUNCTIONS = [
  ...["cancelBatch", "createClient", "createRelay", "deleteBatch", "deleteBatches"],
  ...["cancelBatches", "isBatchError", "listBatches", "purgeBatches", "retrieveBatch"],
];

test("every interface of options is read, whole", () => {
  const owners = new Set(options.map(({ owner }) => owner));
  assert.deepEqual([...owners].sort(), [
    "BatchSelection",
    "CancelBatchesOptions",
    "DeleteBatchOptions",
    "DeleteBatchesOptions",
    "ListBatchesOptions",
    "PurgeBatchesOptions",
    "RelayOptions",
    "RequestOptions",
  ]);
  // Finds every key of the interfaces. tests/options/option_types.rs compares the names with the names that Rust reads.
  const interfaces = texts.join("\n").matchAll(/^export interface (\w+).*?^}/gms);
  for (const [text, owner] of interfaces) {
    if (!owners.has(owner)) continue;
    const keys = [...text.matchAll(/^ {2}(\w+)\??:/gm)].map(([, key]) => key);
    const read = options.filter((option) => option.owner === owner).map(({ name }) => name);
    assert.deepEqual(read, keys);
  }
});

for (const option of options) {
  test(`${option.owner}.${option.name}`, () => assert.deepEqual(lacking(option), []));
}

test("an option without them is noticed", () => {
  const text = `export interface SomeOptions {
  /**
   * A limit.
   * @see https://example.com
   */
  limit?: number | undefined;
  bare?: string | undefined;
  /**
   * The limit, in milliseconds.
   * @default none
   * @example await deleteBatch(id);
   */
  whole?: number | undefined;
}
`;
  assert.deepEqual(
    optionsOf(text).map((option) => [option.name, lacking(option)]),
    [
      ["limit", ["@default", "@example", "its unit"]],
      ["bare", ["a description", "@default", "@example"]],
      ["whole", []],
    ],
  );
});

test("the examples compile", async () => {
  const examples = texts.flatMap(examplesOf);
  assert.ok(examples.length > options.length, `${examples.length} examples`);
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const paths = examples.map((code, index) => {
    const used = FUNCTIONS.filter((name) => code.includes(`${name}(`));
    const path = join(FOLDER, `example-${index}.ts`);
    writeFileSync(path, `import { ${used.join(", ")} } from "delete-message-batch";\n${code}\n`);
    return path;
  });
  const given = join(FOLDER, "given.d.ts");
  writeFileSync(given, GIVEN);
  const { code, output } = await execute(process.execPath, [
    ...[TSC, "--noEmit", "--pretty", "false", "--strict", "--exactOptionalPropertyTypes"],
    ...["--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"],
    ...["--lib", "es2022,dom,dom.iterable", "--types", "node", given, ...paths],
  ]);
  assert.equal(code, 0, output);
});
