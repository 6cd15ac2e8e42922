// The page's files as they are served: small, with source maps. Also the files that it downloads.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { ROOT } from "../../tools/shared/run.mjs";
import { pageFiles } from "../../tools/start/assets.mjs";
import { NUMBERS } from "../../www/app/options.js";
import { toCsv } from "../../www/delete/download.js";
import { readIds } from "../../www/delete/ids.js";
import { optionsOf } from "../types/declarations.mjs";

const MOST_BROTLI = 40_000;

test("the page without the package stays small, and each bundle has a source map", async (t) => {
  const files = await pageFiles();
  // A browser loads maps only for its tools, and the form to sign in is another page.
  const served = [...files].filter(([name]) => !/\.map$|^sign-in/.test(name));
  const sum = (size) => served.reduce((total, [, contents]) => total + size(contents), 0);
  const brotli = sum((contents) => brotliCompressSync(contents).length);
  t.diagnostic(`${served.length} files, ${sum(({ length }) => length)} bytes, ${brotli} by brotli`);
  assert.ok(brotli < MOST_BROTLI, `${brotli} bytes by brotli`);
  for (const name of ["main.js", "page.css"]) {
    const { sources } = JSON.parse(files.get(`${name}.map`));
    assert.ok(
      sources.some((source) => source.includes("www/") || source.startsWith("../../")),
      name,
    );
  }
});

test("the page has at most five floors: a module imports only from floors below", () => {
  const folder = join(ROOT, "www");
  const names = readdirSync(folder, { recursive: true })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".js") && !name.startsWith("worker/"));
  const imports = new Map(
    names.map((name) => {
      const source = readFileSync(join(folder, name), "utf8");
      const found = [...source.matchAll(/(?:from|^import) "(\.[^"]+)"/gm)];
      return [name, found.map(([, path]) => join(dirname(name), path).replaceAll("\\", "/"))];
    }),
  );
  const floorOf = (name, above = []) => {
    assert.ok(!above.includes(name), `a cycle: ${[...above, name].join(", ")}`);
    return 1 + Math.max(0, ...imports.get(name).map((one) => floorOf(one, [...above, name])));
  };
  for (const name of names) assert.ok(floorOf(name) <= 5, `${name} is on floor ${floorOf(name)}`);
});

test("pasted ids: one a line, or a column of CSV; the lines that are wrong by number", () => {
  const lines = readIds("\ufeffmsgbatch_1\r\n\n msgbatch_2 \nmsgbatch 3\n../x\nmsgbatch_1\n");
  assert.deepEqual(lines.ids, ["msgbatch_1", "msgbatch_2"]);
  assert.deepEqual(
    lines.problems.map(({ line }) => line),
    [4, 5, 6],
  );
  const csv = readIds('name,"id"\na,"msgbatch_1"\nb\n');
  assert.deepEqual(csv, {
    ids: ["msgbatch_1"],
    problems: [{ line: 3, reason: "there is no id" }],
    more: 0,
  });
  const many = readIds("-.-\n".repeat(30));
  assert.deepEqual([many.ids.length, many.problems.length, many.more], [0, 20, 10]);
  assert.deepEqual(readIds(""), { ids: [], problems: [], more: 0 });
});

test("the placeholders of the options are the package's defaults", () => {
  const declared = ["options", "jobs"].flatMap((name) =>
    optionsOf(readFileSync(join(ROOT, `pkg/types/${name}.d.ts`), "utf8")),
  );
  for (const [name, { standard, unit }] of Object.entries(NUMBERS)) {
    const { comment } = declared.find((option) => option.name === name);
    const [, value] = /^@default (\S+)/m.exec(comment);
    assert.equal(standard === "no limit" ? "none" : `${standard * unit}`, value, name);
  }
});

test("a table of results contains no formula", () => {
  const rows = [{ id: "=1+1", status: "failed", at: "-2", message: '@a,"b"\n+c' }];
  const head = "id,status,at,requestId,code,httpStatus,maybeApplied,message";
  assert.equal(toCsv(rows), `${head}\r\n'=1+1,failed,'-2,,,,,"'@a,""b""\n+c"\r\n`);
});
