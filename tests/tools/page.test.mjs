// The page's files as they are served: small, with source maps. And the files that it downloads.

import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { pageFiles } from "../../tools/start/assets.mjs";
import { toCsv } from "../../www/download.js";

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

test("a table of results is no formula", () => {
  const rows = [{ id: "=1+1", status: "failed", at: "-2", message: '@a,"b"\n+c' }];
  const head = "id,status,at,requestId,code,httpStatus,maybeApplied,message";
  assert.equal(toCsv(rows), `${head}\r\n'=1+1,failed,'-2,,,,,"'@a,""b""\n+c"\r\n`);
});
