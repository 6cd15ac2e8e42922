// The page's files as they are served: small, and the same code as in www/. And what it downloads.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { transform } from "esbuild";
import { ROOT } from "../../tools/shared/run.mjs";
import { lean } from "../../tools/start/lean.mjs";
import { toCsv } from "../../www/download.js";

const MOST_BYTES = 102_000;
const MOST_BROTLI = 35_000;
const WWW = join(ROOT, "www");

/** Of the page: the form to sign in is another. */
const files = readdirSync(WWW, { withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.startsWith("sign-in"))
  .map(({ name }) => ({ name, text: readFileSync(join(WWW, name), "utf8") }));

test("the page without the package stays small", (t) => {
  const served = files.map(({ name, text }) => lean(name, text));
  const sum = (size) => served.reduce((total, text) => total + size(text), 0);
  const bytes = sum((text) => Buffer.byteLength(text));
  const brotli = sum((text) => brotliCompressSync(text).length);
  t.diagnostic(`${bytes} bytes, ${brotli} by brotli`);
  assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
  assert.ok(brotli < MOST_BROTLI, `${brotli} bytes by brotli`);
});

for (const { name, text } of files.filter(({ name }) => /\.(js|css)$/.test(name))) {
  test(`${name} is served as the same code`, async () => {
    const loader = name.split(".").at(-1);
    const [source, served] = await Promise.all(
      [text, lean(name, text)].map((code) => transform(code, { loader, minify: true })),
    );
    assert.equal(served.code, source.code);
  });
}

test("a table of results is no formula", () => {
  const rows = [{ id: "=1+1", status: "failed", at: "-2", message: '@a,"b"\n+c' }];
  const head = "id,status,at,requestId,code,httpStatus,maybeApplied,message";
  assert.equal(toCsv(rows), `${head}\r\n'=1+1,failed,'-2,,,,,"'@a,""b""\n+c"\r\n`);
});
