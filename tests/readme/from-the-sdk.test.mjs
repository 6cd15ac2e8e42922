// docs/from-the-sdk.md has each option of the official SDK's client; the names that it says exist here, and the others are refused.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createClient } from "delete-message-batch";
import { ROOT } from "../../tools/shared/run.mjs";
import { optionsOf } from "../types/declarations.mjs";

const read = (path) => readFileSync(join(ROOT, path), "utf8");
const page = read("docs/from-the-sdk.md");
const [, declared] = /^export interface ClientOptions {\n(.*?)^}/ms.exec(
  read("node_modules/@anthropic-ai/sdk/client.d.ts"),
);
const sdk = [...declared.matchAll(/^ {4}(\w+)\?:/gm)].map(([, name]) => name);
const ours = optionsOf(read("pkg/types/options.d.ts"))
  .filter(({ owner }) => owner === "RequestOptions")
  .map(({ name }) => name);

const [, section] = page.split("\n## Options of the client\n");
const rows = [...section.split("\n## ")[0].matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(
  ([, name, here]) => [name, here],
);

test("the table has each option of the SDK's client", () => {
  assert.deepEqual(
    rows.map(([name]) => name),
    sdk,
  );
});

test("it says which options have the same name", () => {
  const same = rows.filter(([name, here]) => here.startsWith(`\`${name}\``)).map(([name]) => name);
  assert.deepEqual(
    same,
    sdk.filter((name) => ours.includes(name)),
  );
  assert.ok(
    section.includes(`\n${same.length} of the ${sdk.length} options`),
    `${same.length}, ${sdk.length}`,
  );
});

for (const [name, here] of rows.filter(([name]) => !ours.includes(name))) {
  test(`${name} is refused, and the error names the option of the table`, async () => {
    const client = createClient({ apiKey: "sk-test", signal: AbortSignal.abort(), [name]: {} });
    const error = await client.deleteBatch("msgbatch_1").catch((error) => error);
    assert.equal(error.code, "invalid_option");
    const named = [...here.matchAll(/`(\w+)`/g)].map(([, code]) => code);
    const option = named.find((code) => ours.includes(code));
    const hint = option ? `: use "${option}" instead` : "; the options are ";
    assert.ok(error.message.includes(`has no option "${name}"${hint}`), error.message);
  });
}

test("each option that it names here exists", () => {
  const named = rows.flatMap(([, here]) => here.match(/^(?:none; )?`(\w+)`/)?.slice(1) ?? []);
  for (const name of named) assert.ok(ours.includes(name), name);
});
